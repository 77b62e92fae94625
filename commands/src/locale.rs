//! What a chat's menus say about verbs and their parts, in the languages that people set their client to.
//!
//! Only what explains is translated. What is typed (verbs, severities, names) is the grammar and stays as it is, and what the bot
//! answers stays English, as everybody in the channel reads it. A test finds the verb and the slot that lack a text.

mod changes;
mod response;
mod slots;

use crate::grammar::pattern::Slot;

/// A language besides English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    German,
    French,
    Spanish,
    BrazilianPortuguese,
    Japanese,
}

/// One text in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translated {
    de: &'static str,
    fr: &'static str,
    es: &'static str,
    pt: &'static str,
    ja: &'static str,
}

impl Locale {
    pub const ALL: &'static [Self] =
        &[Self::German, Self::French, Self::Spanish, Self::BrazilianPortuguese, Self::Japanese];

    /// Its tag, after BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es-ES",
            Self::BrazilianPortuguese => "pt-BR",
            Self::Japanese => "ja",
        }
    }

    pub fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|locale| locale.tag() == tag)
    }
}

impl Translated {
    pub fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::German => self.de,
            Locale::French => self.fr,
            Locale::Spanish => self.es,
            Locale::BrazilianPortuguese => self.pt,
            Locale::Japanese => self.ja,
        }
    }
}

/// What a verb does, or what it does with the fixed word behind it: `incident`, `incident declare`.
pub fn verb(title: &str) -> Option<Translated> {
    explained().find(|(known, _)| *known == title).map(|(_, text)| *text)
}

fn explained() -> impl Iterator<Item = &'static (&'static str, Translated)> {
    changes::VERBS.iter().chain(response::VERBS)
}

/// What is to be written into a slot.
pub fn slot(slot: Slot) -> Option<Translated> {
    slots::SLOTS.iter().find(|(known, _)| *known == slot).map(|(_, text)| *text)
}

/// Of a verb that takes its words as they are typed: what those are.
pub const WORDS: Translated = Translated {
    de: "Wie getippt: was hinter dem Verb steht",
    fr: "Tel que tapé : ce qui suit le verbe",
    es: "Tal como se escribe: lo que sigue al verbo",
    pt: "Como se digita: o que vem depois do verbo",
    ja: "コマンドの後に続く語を、そのまま入力します",
};

/// In a message's menu: put this message into the timeline.
pub const ADD_TO_TIMELINE: Translated = Translated {
    de: "Zur Timeline hinzufügen",
    fr: "Ajouter à la chronologie",
    es: "Añadir a la cronología",
    pt: "Adicionar à linha do tempo",
    ja: "タイムラインに追加",
};

/// In a message's menu: open an incident that this message is about.
pub const OPEN_INCIDENT: Translated = Translated {
    de: "Incident daraus eröffnen",
    fr: "Ouvrir un incident avec ceci",
    es: "Abrir un incidente con esto",
    pt: "Abrir um incidente com isto",
    ja: "ここからインシデントを開く",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::pattern::{Item, Usage};
    use crate::verbs;

    /// As much as menus show of one text.
    const MOST_CHARS: usize = 100;

    /// `incident declare`, where the usage goes on with a fixed word and so does every other of its verb.
    fn titles(verb: &'static verbs::Verb) -> Vec<String> {
        let second = |usage: &Usage| match usage.pattern.get(1) {
            Some(Item::Say(word)) => Some(format!("{} {word}", verb.word)),
            Some(Item::Take(_) | Item::Maybe(_)) | None => None,
        };
        let with_second: Option<Vec<String>> = verb.usages.iter().map(second).collect();
        let own = verb.word.to_owned();
        std::iter::once(own).chain(with_second.unwrap_or_default()).collect()
    }

    fn takes(pattern: &[Item]) -> Vec<Slot> {
        let of_one = |item: &Item| match item {
            Item::Say(_) => vec![],
            Item::Take(slot) => vec![*slot],
            Item::Maybe(inner) => takes(inner),
        };
        pattern.iter().flat_map(of_one).collect()
    }

    #[test]
    fn every_verb_and_every_slot_is_explained_in_every_language_and_nothing_else_is() {
        let mut titles: Vec<String> = verbs::VERBS.iter().flat_map(titles).collect();
        let lacking: Vec<_> = titles.iter().filter(|title| verb(title).is_none()).collect();
        assert!(lacking.is_empty(), "add them in locale/: {lacking:?}");
        let patterns = verbs::VERBS.iter().flat_map(|verb| verb.usages).map(|usage| usage.pattern);
        let lacking: Vec<_> = patterns.flat_map(takes).filter(|it| slot(*it).is_none()).collect();
        assert!(lacking.is_empty(), "add them to locale/slots.rs: {lacking:?}");
        titles.sort();
        titles.dedup();
        let mut known: Vec<&str> = super::explained().map(|(title, _)| *title).collect();
        known.sort_unstable();
        assert_eq!(known, titles, "each once, and none that is no verb any more");
    }

    #[test]
    fn no_text_is_longer_than_menus_show_and_none_is_left_in_english() {
        let english = |title: &str| {
            verbs::VERBS.iter().find(|verb| verb.word == title).map(|verb| verb.summary.to_lowercase())
        };
        let all = super::explained().map(|(title, text)| (english(title), text));
        let all = all.chain(slots::SLOTS.iter().map(|(_, text)| (None, text)));
        for (english, text) in all.chain([(None, &WORDS)]) {
            for locale in Locale::ALL {
                let text = text.text(*locale);
                assert!((1..=MOST_CHARS).contains(&text.chars().count()), "{text}");
                assert_ne!(Some(text.to_lowercase()), english);
                assert_eq!(text.trim(), text);
            }
        }
    }
}
