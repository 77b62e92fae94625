//! The handle of an answer that was begun: what `Request.answer_to` carries to the outbox and back.
//!
//! An interaction's token is good for 15 minutes; whoever has it can answer, and nothing else.

/// An interaction that waits for its answer, or would take one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Handle {
    pub(super) begun: Begun,
    pub(super) application: u64,
    pub(super) token: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// "Watchkeeper is thinking…": the first message takes its place.
    Deferred,
    /// A button was pressed, and nothing waits; a word to that person alone may still be said.
    Pressed,
}

impl Handle {
    pub(super) fn written(&self) -> String {
        let begun = match self.begun {
            Begun::Deferred => "deferred",
            Begun::Pressed => "pressed",
        };
        format!("{begun}/{}/{}", self.application, self.token)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let begun = match parts.next()? {
            "deferred" => Begun::Deferred,
            "pressed" => Begun::Pressed,
            _ => return None,
        };
        let (application, token) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
        Some(Self { begun, application, token })
    }

    /// The message that stands where the answer will be.
    pub(super) fn original(&self) -> String {
        format!("webhooks/{}/{}/messages/@original", self.application, self.token)
    }

    /// Where more is said to that interaction.
    pub(super) fn more(&self) -> String {
        format!("webhooks/{}/{}", self.application, self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_reads_back_as_what_it_was() {
        for begun in [Begun::Deferred, Begun::Pressed] {
            let handle = Handle { begun, application: 12, token: "aW50/ZXJh".to_owned() };
            assert_eq!(Handle::read(&handle.written()), Some(handle));
        }
        assert_eq!(Handle::read("else/1/x"), None);
        assert_eq!(Handle::read("deferred/x/y"), None);
    }
}
