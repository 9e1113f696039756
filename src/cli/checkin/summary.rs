//! What came of a check-in: each key result before and after.

use super::message;
use super::recorder::{Edit, Told};
use crate::cli::names::{self, Named};
use crate::cli::session::Session;
use crate::cli::shared::Global;
use crate::error::Result;
use crate::pipeline;
use crate::render::terminal::{Cell, Look, columns};
use crate::rollup::{KeyResultFigures, Rollup};
use crate::text::{count, percent};

/// One line for each thing that was recorded, and what became of it.
pub(super) fn summary(
    global: &Global,
    session: &Session<'_>,
    told: &Told<'_>,
    commit: Option<&str>,
) -> Result<String> {
    let before = session.rollup(None);
    let workspace = pipeline::read_folder(&session.root, session.repo.as_ref())?;
    let after = pipeline::rollup(&workspace, None, session.as_of);
    let look = global.look();
    let rows: Vec<Vec<Cell>> = grouped(&told.edits)
        .into_iter()
        .map(|(named, edits)| {
            let name = names::full(&session.workspace.model, named);
            let change = match edits[..] {
                [one] => message::change(one),
                _ => count(edits.len(), "record"),
            };
            let (way, status) = match named.1 {
                Some(position) => {
                    let figures =
                        |rollup: &Rollup| rollup.goals[named.0].key_results[position].clone();
                    let (old, new) = (figures(&before), figures(&after));
                    (way(&edits, &old, &new), new.status)
                }
                None => (String::new(), after.goals[named.0].status),
            };
            vec![
                Cell::new(&name, |text| look.bold(text)),
                Cell::new(&change, str::to_owned),
                Cell::new(&way, str::to_owned),
                Cell::painted(look.status(status), &Look::default().status(status)),
            ]
        })
        .collect();
    let commit = commit.map_or_else(|| "not committed".to_owned(), |id| format!("committed {id}"));
    Ok(format!("{}\n{}\n", columns(&rows).join("\n"), look.dim(&commit)))
}

/// The edits of each thing, in the order in which the things first come.
fn grouped<'e, 'a>(edits: &'e [Edit<'a>]) -> Vec<(Named, Vec<&'e Edit<'a>>)> {
    let mut groups: Vec<(Named, Vec<&Edit<'_>>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for edit in edits {
        let at = *places.entry(edit.named).or_insert(groups.len());
        if at == groups.len() {
            groups.push((edit.named, Vec::new()));
        }
        groups[at].1.push(edit);
    }
    groups
}

/// Progress before and after; where it did not move since another record counts, that one's date.
fn way(edits: &[&Edit<'_>], old: &KeyResultFigures, new: &KeyResultFigures) -> String {
    let (before, after) = (percent(old.progress), percent(new.progress));
    match (old.raw, new.raw) {
        (_, None) => return String::new(),
        (Some(_), Some(_)) if before != after => return format!("{before} → {after}"),
        _ => {}
    }
    let last = edits
        .iter()
        .rev()
        .map(|edit| &edit.record)
        .find(|record| record.value.is_some() && !record.void);
    match (last, new.value_date) {
        (Some(record), Some(counts)) if counts > record.stamp.date => {
            format!("still {after}, by {counts}")
        }
        (Some(record), _) if record.value == new.value => after,
        _ => format!("still {after}"),
    }
}
