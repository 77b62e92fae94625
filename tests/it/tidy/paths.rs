//! The paths that a file writes: `crate::store::Store`, `sqlx::query!`, wherever they stand, macros and attributes included.
//!
//! It reads tokens, not types: a re-export under another name is not followed.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::sources::Source;

/// One path, as written but with `self` and `super` resolved to `crate`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
}

impl Path {
    pub(super) fn starts_with(&self, prefix: &[&str]) -> bool {
        self.segments.len() >= prefix.len() && self.segments.iter().zip(prefix).all(|(ours, its)| ours == its)
    }
}

/// Every path of more than one segment, and every single name that is imported.
pub(super) fn of(source: &Source) -> Vec<Path> {
    let mut reader = Reader { at: module(&source.path), found: Vec::new() };
    reader.walk(source.tokens());
    reader.found
}

/// `bot/src/act/vote.rs` is `act::vote`.
fn module(path: &str) -> Vec<String> {
    let inside = path.split_once("/src/").map_or(path, |(_, inside)| inside);
    let inside = inside.trim_end_matches(".rs").trim_end_matches("/mod");
    inside.split('/').filter(|part| !matches!(*part, "lib" | "main" | "mod")).map(str::to_owned).collect()
}

/// Where in the module tree the reading is, and what was found so far.
struct Reader {
    at: Vec<String>,
    found: Vec<Path>,
}

impl Reader {
    fn walk(&mut self, stream: TokenStream) {
        let tokens: Vec<_> = stream.into_iter().collect();
        let mut next = 0;
        while let Some(token) = tokens.get(next) {
            let before = next.checked_sub(1).and_then(|before| tokens.get(before));
            match (token, tokens.get(next + 1)) {
                (TokenTree::Ident(name), Some(TokenTree::Group(body))) if is_word(before, "mod") => {
                    self.at.push(name.to_string());
                    self.walk(body.stream());
                    self.at.pop();
                    next += 2;
                }
                (TokenTree::Ident(_), _) => next = self.path(&tokens, next, &[], is_word(before, "use")),
                (TokenTree::Group(group), _) => {
                    self.walk(group.stream());
                    next += 1;
                }
                (TokenTree::Punct(_) | TokenTree::Literal(_), _) => next += 1,
            }
        }
    }

    /// Reads the path that starts here, and those that its braces hold; the index behind it.
    fn path(&mut self, tokens: &[TokenTree], start: usize, before: &[String], imported: bool) -> usize {
        let line = tokens[start].span().start().line;
        let mut segments = before.to_vec();
        let mut next = start;
        while let Some(TokenTree::Ident(name)) = tokens.get(next) {
            segments.push(name.to_string());
            next += 1;
            if !is_separator(tokens, next) {
                break;
            }
            next += 2;
            if let Some(TokenTree::Group(group)) = tokens.get(next)
                && group.delimiter() == Delimiter::Brace
            {
                self.list(group.stream(), &segments);
                return next + 1;
            }
        }
        if segments.len() > 1 || imported {
            self.found.push(Path { segments: resolved(segments, &self.at), line });
        }
        next
    }

    /// `{act, store::Store}` behind `crate::`.
    fn list(&mut self, stream: TokenStream, before: &[String]) {
        let tokens: Vec<_> = stream.into_iter().collect();
        let mut next = 0;
        while let Some(token) = tokens.get(next) {
            let is_name = matches!(token, TokenTree::Ident(_));
            next = if is_name { self.path(&tokens, next, before, true) } else { next + 1 };
        }
    }
}

fn resolved(mut segments: Vec<String>, at: &[String]) -> Vec<String> {
    let mut here = at.to_vec();
    if !matches!(segments[0].as_str(), "self" | "super") {
        return segments;
    }
    while let Some(first) = segments.first() {
        match first.as_str() {
            "self" => {}
            "super" => drop(here.pop()),
            _ => break,
        }
        segments.remove(0);
    }
    ["crate".to_owned()].into_iter().chain(here).chain(segments).collect()
}

fn is_separator(tokens: &[TokenTree], index: usize) -> bool {
    let colon = |index: usize| matches!(tokens.get(index), Some(TokenTree::Punct(it)) if it.as_char() == ':');
    colon(index) && colon(index + 1)
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let text = "
        use crate::{act, store::{self, Store}};
        mod tests { use super::*; use super::super::chat::console::Auth; }
        #[derive(sqlx::Type)]
        fn f() { sqlx::query!(\"kube::Client\", crate::cluster::x()); let kube = a.b; }
        // use crate::comment::C;
    ";
    let source = Source { path: "bot/src/act/vote.rs".to_owned(), text: text.to_owned() };
    let paths: Vec<_> = of(&source).iter().map(|path| path.segments.join("::")).collect();
    assert_eq!(
        paths,
        [
            "crate::act",
            "crate::store::self",
            "crate::store::Store",
            "crate::act::vote",
            "crate::act::chat::console::Auth",
            "sqlx::Type",
            "sqlx::query",
            "crate::cluster::x",
        ]
    );
}
