//! Slack's own markup as it reads: mentions and links by their names, emphasis without its signs, `&lt;` as `<`.
//!
//! Emphasis counts where Slack lets it count: around whole words, never within code.

use super::plain::Names;

/// What a person reads where this stands.
pub fn readable(text: &str, names: Names<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (code, behind) = match rest.find('`') {
            None => (None, ""),
            Some(at) => {
                let (before, from) = rest.split_at(at);
                let fence = if from.starts_with("```") { "```" } else { "`" };
                match from[fence.len()..].split_once(fence) {
                    Some((code, behind)) if !code.is_empty() => {
                        out.push_str(&emphasised(before, names));
                        (Some(code), behind)
                    }
                    Some(_) | None => (None, ""),
                }
            }
        };
        match code {
            Some(code) => out.push_str(&resolved(code.trim_matches('\n'), names)),
            None => out.push_str(&emphasised(rest, names)),
        }
        rest = behind;
    }
    out
}

/// Without `*`, `_` and `~` around words.
fn emphasised(text: &str, names: Names<'_>) -> String {
    resolved(&without_signs(text), names)
}

fn without_signs(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut dropped = vec![false; letters.len()];
    for sign in ['*', '_', '~'] {
        let mut from = 0;
        while let Some((open, close)) = pair(&letters, sign, from) {
            dropped[open] = true;
            dropped[close] = true;
            from = close + 1;
        }
    }
    letters.iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(letter, _)| letter).collect()
}

/// The next opening sign at the beginning of a word and the closing one at the end of a word of the same line.
fn pair(letters: &[char], sign: char, from: usize) -> Option<(usize, usize)> {
    let word = |at: Option<&char>| at.is_some_and(|letter| letter.is_alphanumeric());
    let space = |at: Option<&char>| at.is_none_or(|letter| letter.is_whitespace());
    let mut in_link = false;
    for open in from..letters.len() {
        match letters[open] {
            '<' => in_link = true,
            '>' => in_link = false,
            _ => {}
        }
        let begins = letters[open] == sign
            && !in_link
            && !word(open.checked_sub(1).and_then(|before| letters.get(before)))
            && !space(letters.get(open + 1))
            && letters.get(open + 1) != Some(&sign);
        if !begins {
            continue;
        }
        let line = letters[open + 1..].iter().take_while(|letter| **letter != '\n').count();
        let ends = |close: &usize| {
            letters[*close] == sign && !space(letters.get(close - 1)) && !word(letters.get(close + 1))
        };
        if let Some(close) = (open + 2..=open + line).find(ends) {
            return Some((open, close));
        }
    }
    None
}

/// `<@U1>`, `<#C1|ops>`, `<https://…|label>`, `<!here>` and the three escapes.
fn resolved(text: &str, names: Names<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('<') {
        out.push_str(before);
        let Some((inside, behind)) = from.split_once('>') else {
            out.push('<');
            rest = from;
            continue;
        };
        out.push_str(&link(inside, names));
        rest = behind;
    }
    out.push_str(rest);
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn link(inside: &str, names: Names<'_>) -> String {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(label)),
        None => (inside, None),
    };
    let named = |sign: char, id: &str| {
        let name = names(id).or(label.map(str::to_owned)).unwrap_or_else(|| id.to_owned());
        format!("{sign}{name}")
    };
    match target.split_at_checked(1) {
        Some(("@", user)) => named('@', user),
        Some(("#", channel)) => named('#', channel),
        Some(("!", special)) if special.starts_with("date") => label.unwrap_or_default().to_owned(),
        Some(("!", special)) => match special.strip_prefix("subteam^") {
            Some(group) => named('@', group),
            None => format!("@{special}"),
        },
        _ => label.unwrap_or(target).to_owned(),
    }
}
