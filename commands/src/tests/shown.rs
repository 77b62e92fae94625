//! A message as a person sees it, after checking that every button of it types something that is understood.
//!
//! It renders nothing itself.

use crate::grammar;
use crate::message::Message;
use crate::message::plain::{View, plain};
use crate::tests::policy::policy;

pub(crate) fn shown(message: &Message) -> String {
    for button in &message.buttons {
        let understood = grammar::parse(&button.command, &policy()).map(|command| command.to_string());
        assert_eq!(understood.as_deref(), Ok(button.command.as_str()), "button {:?}", button.label);
    }
    plain(message, View::clock())
}
