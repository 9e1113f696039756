//! The promise of an edit: the text holds what it held before, and the new records.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::{SpliceError, Tables, parse};

/// Holds the edited text to the promise: what was there, and the records.
pub(super) fn require_sound(
    before: &DeTable<'_>,
    result: &str,
    tables: &Tables<'_>,
) -> Result<(), SpliceError> {
    let one = tables.iter().flat_map(|(_, new)| new.values()).next();
    let unsound =
        || SpliceError::Unsound { key: one.map(|record| record.key.clone()).unwrap_or_default() };
    let after = parse(result).map_err(|_| unsound())?;
    let mut expected = leaves(before);
    for (table, new) in tables {
        let home: Vec<String> = table.iter().copied().map(key_step).collect();
        expected.remove(&home);
        for (key, record) in new {
            let place: Vec<String> = home.iter().cloned().chain([key_step(key)]).collect();
            remove_below(&mut expected, &place);
            let value = DeValue::parse(&record.value).map_err(|_| unsound())?;
            collect_leaves(&place, value.get_ref(), &mut expected);
        }
    }
    if leaves(&after) == expected { Ok(()) } else { Err(unsound()) }
}

/// Removes what stands at `place`, and below it.
fn remove_below(leaves: &mut Leaves, place: &[String]) {
    let below: Vec<Vec<String>> = leaves
        .range(place.to_vec()..)
        .map(|(path, _)| path)
        .take_while(|path| path.starts_with(place))
        .cloned()
        .collect();
    for path in below {
        leaves.remove(&path);
    }
}

/// Every value of a tree by its path; a table or an array that is empty counts as a value.
pub(super) type Leaves = BTreeMap<Vec<String>, String>;

pub(super) fn leaves(table: &DeTable<'_>) -> Leaves {
    let mut found = Leaves::new();
    for (key, value) in table {
        collect_leaves(&[key_step(key.get_ref())], value.get_ref(), &mut found);
    }
    found
}

/// Names a key within a path; the dot tells it from an element of an array.
pub(super) fn key_step(key: &str) -> String {
    format!(".{key}")
}

pub(super) fn collect_leaves(path: &[String], value: &DeValue<'_>, found: &mut Leaves) {
    let below = |step: String| path.iter().cloned().chain([step]).collect::<Vec<_>>();
    let leaf = match value {
        DeValue::Table(table) if !table.is_empty() => {
            for (key, child) in table {
                collect_leaves(&below(key_step(key.get_ref())), child.get_ref(), found);
            }
            return;
        }
        DeValue::Array(array) if !array.is_empty() => {
            for (index, child) in array.iter().enumerate() {
                collect_leaves(&below(format!("[{index}]")), child.get_ref(), found);
            }
            return;
        }
        DeValue::Table(_) => "table".to_string(),
        DeValue::Array(_) => "array".to_string(),
        DeValue::String(text) => format!("string {text}"),
        DeValue::Integer(number) => format!("integer {number}"),
        DeValue::Float(number) => format!("float {number}"),
        DeValue::Boolean(flag) => format!("boolean {flag}"),
        DeValue::Datetime(moment) => format!("datetime {moment}"),
    };
    found.insert(path.to_vec(), leaf);
}
