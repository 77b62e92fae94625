//! The one thing that is said and never stored: the code that an account is shown so that it can be linked.
//!
//! It is made while it is sent, and only its hash is kept. Sent again it is another one, and the one before is good for nothing. Who
//! may be shown one, and what it is good for, is decided elsewhere.

use std::borrow::Cow;

use commands::message::Message;
use commands::replies::link as reply;
use commands::subject::Subject;
use commands::verbs::link::{CODE_LASTS, Code};
use uuid::Uuid;

use crate::store::message::Due;
use crate::store::{self, Store, link};

/// What is to be sent: mostly what is stored.
pub(super) async fn said<'a>(store: &Store, due: &'a Due) -> Result<Cow<'a, Message>, store::Error> {
    let (Ok(Subject::LinkCode(_)), Some(account)) = (due.key.parse(), &due.only_for) else {
        return Ok(Cow::Borrowed(&due.message));
    };
    let code = new_code();
    let person = link::give(store.pool(), account, &link::hash(account, &code), CODE_LASTS).await?;
    Ok(match person {
        Some(person) => Cow::Owned(reply::code(&code, account, &person)),
        None => Cow::Borrowed(&due.message),
    })
}

fn new_code() -> Code {
    // All but the bytes in which a UUID has its version and variant; the others come from the system's random numbers.
    let [a, b, c, d, e, f, _, g, _, h, i, j, k, l, ..] = *Uuid::new_v4().as_bytes();
    Code::from_random([a, b, c, d, e, f, g, h, i, j, k, l])
}
