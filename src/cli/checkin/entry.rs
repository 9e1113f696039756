//! What is to be recorded: the common form of what was typed, read from a table, or answered.

use crate::cli::amount::Signs;
use crate::cli::names::{self, Named};
use crate::cli::values::{self, Given};
use crate::date::{Date, Stamp};
use crate::error::{Error, Kind, Result};
use crate::load::Value;
use crate::model::Model;
use crate::text::{did_you_mean, printable};

/// One record to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The goal or key result; of a SMART goal its measure.
    pub(super) named: Named,
    /// The date that it is true on.
    pub(super) stamp: Stamp,
    /// What it says.
    pub(super) what: What,
    /// Confidence from 0 to 10, if one was given.
    pub(super) confidence: Option<u8>,
    /// The note, if one was given.
    pub(super) note: Option<String>,
    /// Who took the value, if somebody was named.
    pub(super) by: Option<String>,
    /// The line of a table that it was read from.
    pub(super) line: usize,
}

/// What a record to be says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// A value.
    Value(Given),
    /// Nothing of the value: confidence and note alone.
    Nothing,
    /// That there is no value.
    Unmeasured,
    /// That the record there is does not count.
    Void,
}

/// How the text of a value says that there is none.
pub(super) const NO_VALUE: &str = "-";

/// What `text` says of something, and what it is said of: of a SMART goal its measure.
///
/// # Errors
///
/// The value does not fit.
pub(super) fn valued(
    model: &Model,
    named: Named,
    text: &str,
    signs: Signs,
) -> Result<(Named, What)> {
    let named = measured(model, named);
    if text == NO_VALUE {
        return unmeasured(model, named);
    }
    let name = names::full(model, named);
    match named.1 {
        Some(at) => {
            let key_result = &model.goals[named.0].key_results[at];
            Ok((named, What::Value(values::parse(text, key_result, &name, signs)?)))
        }
        None => Err(goal_as_a_whole(model, named, &name)),
    }
}

/// That there is no value of something.
///
/// # Errors
///
/// It takes no records.
pub(super) fn unmeasured(model: &Model, named: Named) -> Result<(Named, What)> {
    unvalued(model, named).map(|(named, _)| (named, What::Unmeasured))
}

/// That something is recorded without a word about its value.
///
/// # Errors
///
/// It takes no records.
pub(super) fn unvalued(model: &Model, named: Named) -> Result<(Named, What)> {
    let named = measured(model, named);
    let of_goals = named.1.is_some_and(|at| {
        model.goals[named.0].key_results[at].kind == crate::load::Kind::Objectives
    });
    if of_goals {
        return Err(values::takes_none(&names::full(model, named)));
    }
    Ok((named, What::Nothing))
}

/// Why `name` is not said to be unmeasured where there is a value.
pub(super) fn is_measured(name: &str, stamp: Stamp, value: &Value) -> Error {
    let message = format!("`{name}` has a value on {stamp}: {}", printable(&value.to_string()));
    Error::new(Kind::Usage, message)
        .hint("--void takes it back and keeps it to be read; --replace removes it")
}

/// The measure of a SMART goal where the goal is named.
pub(super) fn measured(model: &Model, (at, key_result): Named) -> Named {
    let own = || model.goals[at].key_results.iter().position(|kr| kr.id.is_none());
    (at, key_result.or_else(own))
}

pub(super) fn goal_as_a_whole(model: &Model, (at, _): Named, name: &str) -> Error {
    let goal = &model.goals[at];
    let ids: Vec<String> = goal
        .key_results
        .iter()
        .filter_map(|kr| kr.id.as_deref())
        .map(|id| goal.reference.with(Some(id)))
        .collect();
    let message = format!("`{name}` as a whole takes a confidence and a note, no value");
    let error = Error::new(Kind::Usage, message);
    match &ids[..] {
        [] => error.hint("its progress is that of the goals that contribute to it"),
        _ => error.hint(format!("name a key result: {}", ids.join(", "))),
    }
}

/// Refuses what is no name, and a person that `[people]` does not have, where there is such a table.
pub(super) fn known_person(model: &Model, by: &str) -> Result<()> {
    if by.trim().is_empty() || by.chars().any(char::is_control) {
        return Err(Error::new(Kind::Usage, format!("`{}` is nobody's name", printable(by)))
            .hint("name who took the value, on one line"));
    }
    let Some(people) = &model.settings.people else { return Ok(()) };
    if people.contains_key(by) {
        return Ok(());
    }
    let near = did_you_mean(by, people.keys().map(String::as_str));
    let hint = near.unwrap_or_else(|| "use the handle that goals.toml gives them".to_owned());
    Err(Error::new(Kind::Usage, format!("`{}` is not in `[people]`", printable(by))).hint(hint))
}

/// The moment up to which something can be true.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present {
    /// Today.
    pub(super) date: Date,
    /// Minutes since midnight.
    pub(super) minute: u16,
}

impl Present {
    /// Refuses what is not true yet.
    pub(super) fn refuse_future(self, stamp: Stamp) -> Result<()> {
        let later = stamp.date == self.date && stamp.minute.is_some_and(|at| at > self.minute);
        if stamp.date > self.date || later {
            return Err(Error::new(Kind::Usage, format!("{stamp} is in the future"))
                .hint("record a value once it is true"));
        }
        Ok(())
    }
}

/// Reads a confidence: a whole number from 0 to 10.
///
/// # Errors
///
/// It is something else; says what to type.
pub(super) fn confidence(text: &str) -> std::result::Result<u8, String> {
    let whole = text.parse::<u8>().ok().filter(|whole| *whole <= 10);
    whole.ok_or_else(|| {
        let wants = "confidence is a whole number from 0 to 10";
        let (number, is_percent) = match text.strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (text, false),
        };
        match number.parse::<f64>() {
            Ok(share) if is_percent && (0.0..=100.0).contains(&share) => {
                format!("{wants}: write {}", (share / 10.0).round())
            }
            Ok(share) if share > 0.0 && share < 1.0 => {
                format!("{wants}: write {}", (share * 10.0).round())
            }
            Ok(whole) if !is_percent && whole.fract() == 0.0 && (0.0..=10.0).contains(&whole) => {
                format!("{wants}: write {whole}")
            }
            Ok(between) if (1.0..10.0).contains(&between) => {
                format!("{wants}: write {} or {}", between.floor(), between.ceil())
            }
            _ => wants.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_is_a_whole_number_and_says_what_to_type_where_it_is_not() {
        assert_eq!(confidence("7"), Ok(7));
        assert_eq!(confidence("10"), Ok(10));
        for (text, said) in [
            ("6.5", "write 6 or 7"),
            ("0.7", "write 7"),
            ("7.0", "from 0 to 10: write 7"),
            ("65%", "write 7"),
            ("11", "from 0 to 10"),
            ("-1", "from 0 to 10"),
            ("high", "from 0 to 10"),
            ("nan", "from 0 to 10"),
        ] {
            assert!(confidence(text).is_err_and(|why| why.ends_with(said)), "{text}");
        }
    }
}
