//! Names and values from the command line.

use super::entry::{self, Entry, What};
use crate::cli::amount::Signs;
use crate::cli::names::{self, Named};
use crate::date::{Date, Stamp};
use crate::error::{Error, Kind, Result};
use crate::model::Model;
use crate::text::printable;

/// What is said of everything that is named.
pub(super) struct Said {
    /// The date that it is true on.
    pub(super) stamp: Stamp,
    pub(super) confidence: Option<u8>,
    pub(super) note: Option<String>,
    pub(super) by: Option<String>,
}

/// Reads names and values in turn; a name alone says that there is no value.
///
/// # Errors
///
/// A name or a value is wrong or missing, or something is named twice.
pub(super) fn entries(
    model: &Model,
    words: &[String],
    said: &Said,
    today: Date,
) -> Result<Vec<Entry>> {
    let says_something = said.note.is_some() || said.confidence.is_some();
    let pairs: Vec<(&String, Option<&str>)> = match words {
        [one] if says_something => vec![(one, None)],
        [one] => {
            let named = names::full(model, names::resolve(model, one, today)?);
            return Err(Error::new(Kind::Usage, format!("no value for `{named}`"))
                .hint(format!("goals checkin {one} VALUE; or say why there is none with -m")));
        }
        words if words.len() % 2 == 0 => {
            words.chunks(2).map(|pair| (&pair[0], Some(pair[1].as_str()))).collect()
        }
        words => {
            let last = &words[words.len() - 1];
            return Err(Error::new(Kind::Usage, format!("no value for `{}`", printable(last)))
                .hint("give pairs of names and values; `-` stands for no value"));
        }
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let named = names::resolve(model, name, today)?;
        let (named, what) = match value {
            None => entry::unvalued(model, named)?,
            Some(value) => entry::valued(model, named, value, Signs::Steps)
                .map_err(|error| two_names(model, value, today, error))?,
        };
        if what == What::Unmeasured && !says_something {
            let name = names::full(model, named);
            return Err(Error::new(Kind::Usage, format!("nothing to record of `{name}`"))
                .hint("say with -m why there is no value, or how sure you are with --confidence"));
        }
        add(&mut entries, new(said, named, what), model)?;
    }
    Ok(entries)
}

/// Reads names whose records are to be taken back.
///
/// # Errors
///
/// A name is wrong, something is named twice, or it is not said why.
pub(super) fn voids(
    model: &Model,
    words: &[String],
    said: &Said,
    today: Date,
) -> Result<Vec<Entry>> {
    if said.note.is_none() {
        return Err(Error::new(Kind::Usage, "no reason to take the record back")
            .hint("say why with -m: it stays in the record"));
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(words.len());
    for name in words {
        let named = names::resolve(model, name, today).map_err(|error| {
            let is_value = name.starts_with(|c: char| c.is_ascii_digit() || "+-=".contains(c));
            if is_value { error.hint("--void takes names and the date, no values") } else { error }
        })?;
        add(&mut entries, new(said, entry::measured(model, named), What::Void), model)?;
    }
    Ok(entries)
}

fn new(said: &Said, named: Named, what: What) -> Entry {
    Entry {
        named,
        stamp: said.stamp,
        what,
        confidence: said.confidence,
        note: said.note.clone(),
        by: said.by.clone(),
        line: 0,
    }
}

fn add(entries: &mut Vec<Entry>, entry: Entry, model: &Model) -> Result<()> {
    if entries.iter().any(|other| other.named == entry.named) {
        let name = names::full(model, entry.named);
        return Err(Error::new(Kind::Usage, format!("`{name}` is named twice")));
    }
    entries.push(entry);
    Ok(())
}

/// Where a value is a name, several names were probably meant to go without values.
fn two_names(model: &Model, value: &str, today: Date, error: Error) -> Error {
    match names::resolve(model, value, today) {
        Ok(_) => error.hint("for several without a value give each a `-`: one - other - -m WHY"),
        Err(_) => error,
    }
}
