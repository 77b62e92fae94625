//! What must hold of any bytes that come from outside: one function a parser, for the fuzzers in `tests/fuzz` and for the ordinary
//! suite, which runs them over generated text.
//!
//! Only the list is here.

pub mod chats;
pub mod pure;
pub mod shell;

/// One parser of bytes from outside, under the name that its fuzz target has.
pub type Parser = (&'static str, fn(&[u8]));

pub const ALL: &[Parser] = &[
    ("grammar", pure::grammar),
    ("policy", pure::policy),
    ("redaction", pure::redaction),
    ("image", pure::image),
    ("terminal", pure::terminal),
    ("alertmanager", shell::alertmanager),
    ("wire", shell::wire),
    ("markdown", shell::markdown),
    ("registry", shell::registry),
    ("slack", chats::slack),
    ("discord", chats::discord),
];
