//! Forms: a way to type a command for whoever does not know its words by heart. What one says in the end is the typed command.
//!
//! It checks only the grammar, and shows what is wrong beside the field. Whether the command may be given is asked when it is
//! done, as for everything that is typed.

mod fields;
mod suggest;
mod view;

use std::time::Duration;

use commands::grammar;
use commands::id::IncidentId;
use commands::message::plain::{self, View as Plain};
use commands::refusal::Refusal;
use commands::request::{Place, Platform};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::fields::Field;
use super::Slack;
use super::error::CallError;
use super::hear::wire::{FormState, View};
use super::hear::{Who, place};

/// A trigger lasts three seconds, and some of them are over.
const OPEN_TIMEOUT: Duration = Duration::from_millis(2_000);

/// THE LIST of forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Declare,
    Role,
    Deploy,
}

/// What a form begins with.
#[derive(Clone, Debug, Default)]
pub(super) struct Opening {
    /// Where the command will be said; without it the form asks.
    pub(super) place: Option<Place>,
    pub(super) title: String,
    pub(super) details: String,
}

/// What a form says.
pub(super) enum Submitted {
    /// It is none of ours.
    Not,
    /// What Slack shows in the form.
    Wrong(Value),
    Says {
        place: Place,
        words: String,
    },
}

/// What the form carries along.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Carried {
    channel: Option<String>,
    thread: Option<String>,
}

#[derive(Deserialize)]
struct Opened {}

impl Form {
    const ALL: [Self; 3] = [Self::Declare, Self::Role, Self::Deploy];

    /// The form that these words ask for: a command that was typed without anything of what it needs.
    pub(super) fn asked_for(words: &str) -> Option<Self> {
        let typed = words.trim_start_matches('/').to_lowercase();
        let typed: Vec<&str> =
            typed.strip_prefix("watchkeeper ").unwrap_or(&typed).split_whitespace().collect();
        Self::ALL.into_iter().find(|form| form.command() == typed.join(" "))
    }

    /// What typing opens it, and its name in what Slack sends back.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Declare => "incident declare",
            Self::Role => "incident role",
            Self::Deploy => "deploy",
        }
    }

    fn named(callback_id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.command() == callback_id)
    }

    pub(super) fn could_not_be_opened(self) -> String {
        let typed = match self {
            Self::Declare => "/incident declare sev2 what is wrong",
            Self::Role => "/incident role commander PERSON",
            Self::Deploy => "/deploy SERVICE TAG to ENV",
        };
        format!("Slack did not open the form in time. Try again, or type it: {typed}")
    }

    /// The command, and the field to blame where the grammar does not take it.
    fn words(self, state: &FormState) -> (String, Field) {
        let of = |field: Field| field.filled(state);
        let named = |word: &str, field| of(field).map(|it| format!(" {word}{it}")).unwrap_or_default();
        match self {
            Self::Declare => {
                let title = of(Field::Title).unwrap_or_default();
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                let (severity, service) = (named("", Field::Severity), named("affecting ", Field::Service));
                let details = of(Field::Details).map(|it| format!("\n\n\"{it}\"")).unwrap_or_default();
                (format!("incident declare{severity}{service} \"{title}\"{details}"), Field::Title)
            }
            Self::Role => {
                let (role, person) = (named("", Field::Role), named("", Field::Person));
                (format!("incident role{}{role}{person}", named("", Field::Incident)), Field::Person)
            }
            Self::Deploy => {
                let (service, tag) = (named("", Field::Service), named("", Field::Tag));
                (format!("deploy{service}{tag}{}", named("to ", Field::Environment)), Field::Tag)
            }
        }
    }

    fn fields(self, asks_where: bool) -> Vec<Field> {
        let fields: &[Field] = match self {
            Self::Declare => &[Field::Title, Field::Severity, Field::Service, Field::Details],
            Self::Role => &[Field::Role, Field::Person, Field::Incident],
            Self::Deploy => &[Field::Service, Field::Tag, Field::Environment],
        };
        asks_where.then_some(Field::Room).into_iter().chain(fields.iter().copied()).collect()
    }
}

impl Slack {
    /// Shows the form to whoever pulled the trigger.
    pub(super) async fn open_form(
        &self,
        who: Who<'_>,
        trigger: &str,
        form: Form,
        opening: Opening,
    ) -> Result<(), CallError> {
        let view = self.form_view(form, who.team, &opening);
        let request = json!({"trigger_id": trigger, "view": view});
        let opened = self.client.post::<Opened>(who.team, "views.open", &request);
        let timed_out = |_elapsed| Err(CallError::TimedOut(OPEN_TIMEOUT));
        tokio::time::timeout(OPEN_TIMEOUT, opened).await.unwrap_or_else(timed_out).map(|Opened {}| ())
    }

    /// What is filled in, as a command.
    pub(super) fn read_form(&self, who: Who<'_>, view: &View) -> Submitted {
        let Some(form) = Form::named(&view.callback_id) else { return Submitted::Not };
        // The grammar would take it for a role.
        if Field::Incident.filled(&view.state).is_some_and(|typed| typed.parse::<IncidentId>().is_err()) {
            let refusal =
                Refusal::new("That is no incident's number.", "Write it as INC-7, or leave it empty.");
            return Submitted::Wrong(wrong(Field::Incident, &refusal));
        }
        let (words, to_blame) = form.words(&view.state);
        let command = match grammar::parse(&words, &self.policy) {
            Ok(command) => command,
            Err(refusal) => return Submitted::Wrong(wrong(to_blame, &refusal)),
        };
        let carried: Carried = serde_json::from_str(&view.private_metadata).unwrap_or_default();
        let asked = Field::Room.filled(&view.state);
        let place = match (carried.channel, asked) {
            (Some(channel), _) => place(who.team, &channel, carried.thread.as_deref()),
            (None, Some(channel)) => Place { platform: Platform::Slack, channel, thread: None },
            (None, None) => {
                let refusal = Refusal::new("Nobody would see it.", "Choose a channel.");
                return Submitted::Wrong(wrong(Field::Room, &refusal));
            }
        };
        // In full, so that the answer need not say how it was understood.
        Submitted::Says { place, words: command.to_string() }
    }
}

/// Slack shows it under the field.
fn wrong(field: Field, refusal: &Refusal) -> Value {
    let said = |text| plain::text(text, Plain::clock());
    let text = format!("{} {}", said(&refusal.reason), said(&refusal.hint));
    json!({"response_action": "errors", "errors": {field.id(): text}})
}
