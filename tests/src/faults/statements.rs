//! What one connection to PostgreSQL has asked for: prepared statements by name, and what the open transaction has done.
//!
//! It follows the protocol as far as sqlx speaks it, and does not parse SQL.

use std::collections::HashMap;

use super::frames::{Frame, QUERY};

const PARSE: u8 = b'P';
const BIND: u8 = b'B';
const EXECUTE: u8 = b'E';

#[derive(Debug, Default)]
pub(super) struct Statements {
    prepared: HashMap<Vec<u8>, String>,
    portals: HashMap<Vec<u8>, String>,
    /// Those of the open transaction, if one is open.
    transaction: Option<Vec<String>>,
}

impl Statements {
    /// Takes note of messages up to a sync; answers with the statements that take effect with it: those of a transaction at its
    /// commit, and one outside a transaction at once.
    pub(super) fn taking_effect(&mut self, messages: &[Frame]) -> Vec<String> {
        let mut effective = vec![];
        for statement in self.executed(messages) {
            let word = statement.split_whitespace().next().unwrap_or_default().to_lowercase();
            match (word.as_str(), &mut self.transaction) {
                ("begin", _) => self.transaction = Some(vec![]),
                ("rollback", _) => self.transaction = None,
                ("commit", transaction) => effective.append(&mut transaction.take().unwrap_or_default()),
                (_, Some(transaction)) => transaction.push(statement),
                (_, None) => effective.push(statement),
            }
        }
        effective
    }

    fn executed(&mut self, messages: &[Frame]) -> Vec<String> {
        let mut executed = vec![];
        for message in messages {
            let mut texts = message.body().split(|byte| *byte == 0).map(<[u8]>::to_vec);
            let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
            match message.kind {
                PARSE => {
                    self.prepared.insert(first, String::from_utf8_lossy(&second).into_owned());
                }
                BIND => {
                    let statement = self.prepared.get(&second).cloned().unwrap_or_default();
                    self.portals.insert(first, statement);
                }
                EXECUTE => executed.extend(self.portals.get(&first).cloned()),
                QUERY => executed.push(String::from_utf8_lossy(&first).into_owned()),
                _ => {}
            }
        }
        executed
    }
}
