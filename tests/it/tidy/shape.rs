//! What a file looks like: it says what it is for, it is short, and nothing in it is unfinished or for tests only.
//!
//! The length of functions is clippy's business.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::nothing;
use super::sources::{Source, rust};

const MOST_LINES: usize = 400;
const UNFINISHED: [&str; 3] = ["dbg", "todo", "unimplemented"];

#[test]
fn every_file_says_what_it_is_for() {
    let problem = |source: &Source| {
        let doc: Vec<_> = source.text.lines().take_while(|line| line.starts_with("//!")).collect();
        let opens = doc.first().is_some_and(|line| line.len() > "//! ".len());
        let paragraphs = doc.contains(&"//!");
        let path = &source.path;
        if !opens {
            Some(format!("{path}: begin with `//!` and one line that says what the file is for"))
        } else if !paragraphs && !source.is_test() {
            Some(format!("{path}: add a second paragraph: what it deliberately does not do or know"))
        } else {
            None
        }
    };
    nothing(&rust().iter().filter_map(problem).collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long() {
    let problem = |source: &Source| {
        let lines = source.text.lines().count();
        (lines > MOST_LINES && !source.is_test()).then(|| {
            format!("{}: {lines} lines, at most {MOST_LINES}: one noun or one job a file", source.path)
        })
    };
    nothing(&rust().iter().filter_map(problem).collect::<Vec<_>>());
}

#[test]
fn nothing_is_unfinished_silenced_or_for_tests_only() {
    let mut problems = Vec::new();
    for source in rust() {
        look(source.tokens(), &source.path, &mut problems);
    }
    nothing(&problems);
}

fn look(stream: TokenStream, path: &str, problems: &mut Vec<String>) {
    let tokens: Vec<_> = stream.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let line = token.span().start().line;
        let mut report = |what: &str| problems.push(format!("{path}:{line}: {what}"));
        match token {
            TokenTree::Ident(name) if is_punct(tokens.get(index + 1), '!') => {
                let name = name.to_string();
                if UNFINISHED.contains(&name.as_str()) {
                    report(&format!("`{name}!` is for work in progress"));
                }
                if name == "cfg" && tokens.get(index + 2).is_some_and(mentions_test) {
                    report("the product does not know that it is being tested");
                }
            }
            TokenTree::Group(group) if is_attribute(&tokens, index) => {
                let attribute = group.stream().to_string();
                if attribute.starts_with("allow ") || attribute.starts_with("allow(") {
                    report("`#[expect(…, reason = \"…\")]` instead of `allow`: it ends when its cause does");
                }
                if attribute.starts_with("cfg") && mentions_test(token) && !before_module(&tokens, index) {
                    report("`cfg(test)` stands only in front of `mod`: move test code into the tests");
                }
            }
            TokenTree::Group(group) => look(group.stream(), path, problems),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn is_attribute(tokens: &[TokenTree], index: usize) -> bool {
    let before = |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at));
    matches!(&tokens[index], TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
        && (is_punct(before(1), '#') || is_punct(before(1), '!') && is_punct(before(2), '#'))
}

fn mentions_test(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    group.stream().into_iter().any(|inner| match &inner {
        TokenTree::Ident(name) => name == "test",
        TokenTree::Group(_) => mentions_test(&inner),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Further attributes and a visibility may stand between.
fn before_module(tokens: &[TokenTree], attribute: usize) -> bool {
    let rest = tokens[attribute + 1..].iter().filter_map(|token| match token {
        TokenTree::Ident(name) => Some(name.to_string()),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    rest.into_iter().find(|word| word != "pub").is_some_and(|word| word == "mod")
}

fn is_punct(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

#[test]
fn what_is_forbidden_is_seen() {
    let text = "
        #![allow(dead_code)]
        #[cfg(test)] use a::b;
        #[cfg(test)] #[path = \"x\"] pub(crate) mod fine;
        fn f() { #[allow(unused)] let x = \"todo!()\"; todo!(\"later\") }
        fn g() -> bool { cfg!(all(test, unix)) } // dbg!(1)
    ";
    let mut seen = Vec::new();
    look(text.parse().expect("tokens"), "x.rs", &mut seen);
    let lines: Vec<_> = seen.iter().map(|problem| problem.split(": ").next().unwrap_or_default()).collect();
    assert_eq!(lines, ["x.rs:2", "x.rs:3", "x.rs:5", "x.rs:5", "x.rs:6"]);
}
