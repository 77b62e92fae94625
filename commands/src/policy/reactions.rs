//! Which emoji mean something: ✅ ❌ 👀 📌 🔕 everywhere, and those that the file names besides.
//!
//! An emoji is the same one by its characters and by its short name, with and without a variation selector. How a platform writes
//! one in its API is that platform's business.

use std::collections::BTreeMap;

use emojis::SkinTone;
use toml::Spanned;

use super::check::{Check, Checked};
use super::{Policy, file};
use crate::message::Reaction;
use crate::message::plain;

/// Slack's way to write a skin tone: `+1::skin-tone-3`.
const SLACK_SKIN_TONE: &str = "::skin-tone-";
/// Asks for the picture instead of the character; it makes no other emoji.
const VARIATION_SELECTOR_16: char = '\u{fe0f}';
/// Slack's limit for the name of a custom emoji.
const NAME_MAX_CHARS: usize = 100;

/// What each emoji means that means something.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reactions {
    meanings: BTreeMap<String, Reaction>,
    skin_tones: bool,
}

impl Policy {
    /// What an emoji means: by its characters, or by its short name without the colons, as Slack has it. A custom emoji of Discord
    /// is `name:id`, so that it is never taken for a short name.
    pub fn reaction(&self, name: &str) -> Option<Reaction> {
        let Reactions { meanings, skin_tones } = &self.reactions;
        let emoji = Emoji::read(name);
        if emoji.toned && !skin_tones {
            return None;
        }
        meanings.get(&emoji.plain).copied()
    }
}

/// One emoji, however it is written.
struct Emoji {
    /// Its characters without a skin tone; a custom one's name.
    plain: String,
    /// Whether it was written with a skin tone.
    toned: bool,
    /// Whether Unicode has it.
    known: bool,
}

impl Emoji {
    fn read(written: &str) -> Self {
        let (name, slack_tone) = match written.split_once(SLACK_SKIN_TONE) {
            Some((name, _)) => (name, true),
            None => (written, false),
        };
        let name = name.replace(VARIATION_SELECTOR_16, "");
        let Some(emoji) = emojis::get(&name).or_else(|| emojis::get_by_shortcode(&name)) else {
            return Self { plain: name, toned: slack_tone, known: false };
        };
        let toned = slack_tone || emoji.skin_tone().is_some_and(|tone| tone != SkinTone::Default);
        let plain = emoji.with_skin_tone(SkinTone::Default).unwrap_or(emoji);
        Self { plain: plain.as_str().to_owned(), toned, known: true }
    }
}

impl Check<'_> {
    pub(super) fn reactions(&self, file: &file::Reactions) -> Checked<Reactions> {
        let standard = |reaction: &Reaction| (Emoji::read(plain::reaction(*reaction)).plain, *reaction);
        let mut meanings: BTreeMap<String, Reaction> = Reaction::ALL.iter().map(standard).collect();
        for reaction in Reaction::ALL {
            for written in file.also(*reaction) {
                let emoji = self.emoji(written)?;
                if let Some(other) = meanings.insert(emoji, *reaction).filter(|other| other != reaction) {
                    let problem = format!("{:?} means two things", written.get_ref());
                    let fix = format!("it is {} ({}) already", plain::reaction(other), other.as_str());
                    return self.wrong(written, problem, fix);
                }
            }
        }
        Ok(Reactions { meanings, skin_tones: file.skin_tones })
    }

    /// One that Unicode has, or the name of a custom one.
    fn emoji(&self, written: &Spanned<String>) -> Checked<String> {
        let name = written.get_ref().trim_matches(':');
        let emoji = Emoji::read(name);
        if emoji.toned {
            let problem = format!("{name:?} has a skin tone");
            return self.wrong(written, problem, "write the plain one; `skin_tones = true` adds the others");
        }
        if emoji.known || is_custom(name) {
            return Ok(emoji.plain);
        }
        let fix =
            "write the emoji, its short name such as \"+1\", or a custom one's name (in Discord name:id)";
        self.wrong(written, format!("{name:?} is not an emoji"), fix)
    }
}

fn is_custom(name: &str) -> bool {
    let (name, id) = name.split_once(':').unwrap_or((name, "0"));
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-'".contains(&byte);
    (1..=NAME_MAX_CHARS).contains(&name.len())
        && name.bytes().all(inside)
        && !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_digit())
}

impl file::Reactions {
    fn also(&self, reaction: Reaction) -> &[Spanned<String>] {
        match reaction {
            Reaction::Approve => &self.approve,
            Reaction::Deny => &self.deny,
            Reaction::Acknowledge => &self.acknowledge,
            Reaction::Pin => &self.pin,
            Reaction::Silence => &self.silence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::policy::{EXAMPLE, policy};

    fn with(reactions: &str) -> Policy {
        let (before, _) = EXAMPLE.split_once("[reactions]").expect("the example file has reactions");
        Policy::parse(&format!("{before}[reactions]\n{reactions}"))
            .unwrap_or_else(|error| panic!("{reactions}: {error}"))
    }

    fn meant(policy: &Policy, names: &[&str]) -> Vec<Option<Reaction>> {
        names.iter().map(|name| policy.reaction(name)).collect()
    }

    #[test]
    fn the_standard_ones_mean_the_same_in_every_platforms_writing() {
        for policy in [with(""), policy()] {
            for (reaction, names) in [
                (Reaction::Approve, ["✅", "white_check_mark"]),
                (Reaction::Deny, ["❌", "x"]),
                (Reaction::Acknowledge, ["👀", "eyes"]),
                (Reaction::Pin, ["📌", "pushpin"]),
                (Reaction::Silence, ["🔕", "no_bell"]),
            ] {
                assert_eq!(meant(&policy, &names), [Some(reaction); 2], "{names:?}");
            }
        }
    }

    #[test]
    fn a_look_alike_means_nothing_until_the_file_says_so() {
        let names =
            ["👍", "+1", "thumbsup", "✔️", "✔", "heavy_check_mark", "☑️", "white_check_marks", "", "🏽"];
        assert_eq!(meant(&with(""), &names), [None; 10]);
        let policy = with("approve = [\"+1\", \"✔\", \":ballot_box_with_check:\"]");
        let approve = Some(Reaction::Approve);
        assert_eq!(meant(&policy, &names[..7]), [approve; 7]);
        assert_eq!(meant(&policy, &names[7..]), [None; 3]);
        assert_eq!(meant(&policy, &["❌", "x", "✅"]), [Some(Reaction::Deny), Some(Reaction::Deny), approve]);
    }

    #[test]
    fn a_skin_tone_counts_as_the_plain_one_only_where_the_file_says_so() {
        let toned = ["👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿", "+1::skin-tone-3"];
        assert_eq!(meant(&with("approve = [\"👍\"]"), &toned), [None; 6]);
        let policy = with("approve = [\"👍\"]\nskin_tones = true");
        assert_eq!(meant(&policy, &toned), [Some(Reaction::Approve); 6]);
        assert_eq!(meant(&policy, &["👎🏽", "-1::skin-tone-3"]), [None; 2]);
    }

    #[test]
    fn custom_ones_go_by_their_name() {
        let policy =
            with("approve = [\"lgtm\", \"shipit:123456789012345678\"]\nsilence = [\"quiet_please\"]");
        let names =
            ["lgtm", "shipit:123456789012345678", "quiet_please", "shipit", "lgtm:123456789012345678"];
        let (approve, silence) = (Some(Reaction::Approve), Some(Reaction::Silence));
        assert_eq!(meant(&policy, &names), [approve, approve, silence, None, None]);
        // Anybody may give a custom emoji of a guild any name.
        assert_eq!(policy.reaction("white_check_mark:123456789012345678"), None);
    }

    #[test]
    fn mistakes_are_told_with_what_to_write() {
        let wrong = |reactions: &str| {
            let (before, _) = EXAMPLE.split_once("[reactions]").expect("the example file has reactions");
            let lines = before.matches('\n').count();
            match Policy::parse(&format!("{before}[reactions]\n{reactions}")) {
                Ok(_) => format!("{reactions:?} is accepted"),
                Err(error) => {
                    format!("line {}: {}\n  {}", error.line - lines, error.problem, error.fix)
                }
            }
        };
        let told = [
            "approve = [\"👍\"]\ndeny = [\"thumbsup\"]",
            "approve = [\"x\"]",
            "silence = [\"eyes\"]",
            "approve = [\"👍🏽\"]",
            "approve = [\"+1::skin-tone-2\"]",
            "approve = [\"thumbs up\"]",
            "approve = [\"\"]",
            "aprove = [\"+1\"]",
        ]
        .map(wrong);
        insta::assert_snapshot!(told.join("\n"), @r#"
        line 3: "thumbsup" means two things
          it is ✅ (approve) already
        line 2: "x" means two things
          it is ❌ (deny) already
        line 2: "eyes" means two things
          it is 👀 (acknowledge) already
        line 2: "👍🏽" has a skin tone
          write the plain one; `skin_tones = true` adds the others
        line 2: "+1::skin-tone-2" has a skin tone
          write the plain one; `skin_tones = true` adds the others
        line 2: "thumbs up" is not an emoji
          write the emoji, its short name such as "+1", or a custom one's name (in Discord name:id)
        line 2: "" is not an emoji
          write the emoji, its short name such as "+1", or a custom one's name (in Discord name:id)
        line 2: unknown field `aprove`, expected one of `approve`, `deny`, `acknowledge`, `pin`, `silence`, `skin_tones`
          deploy/watchkeeper.example.toml has every key with a comment
        "#);
    }
}
