//! Whether a JSON text is too deep or has too many parts, found out before anything is built of it.
//!
//! Bytes are counted by whoever reads them; what the parts mean is not known here.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Real posts nest five deep.
const MAX_DEPTH: usize = 32;
/// Keys, and values in lists: forty for each alert of the longest post.
const MAX_PARTS: usize = 80_000;

pub(super) fn check(raw: &[u8]) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(raw);
    Shape { parts: &mut 0, depth: 0 }.deserialize(&mut reader)?;
    reader.end()
}

/// One value, and how many parts there were before it.
struct Shape<'a> {
    parts: &'a mut usize,
    depth: usize,
}

impl Shape<'_> {
    fn deeper<E: Error>(&self) -> Result<usize, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("it is nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(self.depth + 1)
    }

    fn one_more<E: Error>(&mut self) -> Result<(), E> {
        *self.parts += 1;
        if *self.parts > MAX_PARTS {
            return Err(E::custom(format_args!("it has more than {MAX_PARTS} keys and values")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Shape<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shape<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        while map.next_key::<IgnoredAny>()?.is_some() {
            self.one_more()?;
            map.next_value_seed(Shape { parts: self.parts, depth })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        while list.next_element_seed(Shape { parts: self.parts, depth })?.is_some() {
            self.one_more()?;
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}
