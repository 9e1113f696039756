//! What lists of goals can be narrowed by: the values that occur, in a sensible order.

use std::collections::BTreeSet;

use super::super::figure;
use super::super::view::{FilterRow, Filters, ListKeys, OptionRow, StatusText, rank};
use super::owners::with_those_above;
use super::{Scope, by_cycle};
use crate::model::{Goal, KeyResult};
use crate::rollup::{KeyResultFigures, Status};
use crate::text::shortened;

/// Something that goals are narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Status,
    Cycle,
    Team,
    Owner,
    Tag,
}

impl By {
    fn key(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Cycle => "cycle",
            Self::Team => "team",
            Self::Owner => "owner",
            Self::Tag => "tag",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Cycle => "Cycle",
            Self::Team => "Team",
            Self::Owner => "Owner",
            Self::Tag => "Tag",
        }
    }
}

/// The choices for a list of what has these keys.
pub(super) fn of<'k>(
    scope: &Scope<'_>,
    keys: impl Iterator<Item = &'k ListKeys> + Clone,
    by: &[By],
    (one, many): (&str, &str),
) -> Filters {
    let row = |by: &By| {
        let options = options(scope, keys.clone(), *by);
        (options.len() > 1).then(|| FilterRow {
            key: by.key().to_owned(),
            label: by.label().to_owned(),
            options,
        })
    };
    Filters {
        total: figure::count(keys.clone().count(), one, many),
        by: by.iter().filter_map(row).collect(),
    }
}

/// Empties what no choice of the list looks at; what something is found by stays.
pub(super) fn trim<'k>(filters: &Filters, keys: impl Iterator<Item = &'k mut ListKeys>) {
    let asked = |by: By| filters.by.iter().any(|row| row.key == by.key());
    let [status, cycle, team, owner] = [By::Status, By::Cycle, By::Team, By::Owner].map(asked);
    for keys in keys {
        let fields = [
            (status, &mut keys.status),
            (cycle, &mut keys.cycle),
            (team, &mut keys.team),
            (owner, &mut keys.owner),
        ];
        fields.into_iter().filter(|(asked, _)| !asked).for_each(|(_, field)| field.clear());
    }
}

fn options<'k>(
    scope: &Scope<'_>,
    keys: impl Iterator<Item = &'k ListKeys>,
    by: By,
) -> Vec<OptionRow> {
    let values: BTreeSet<&str> = match by {
        By::Status => keys.map(|keys| keys.status.as_str()).collect(),
        By::Cycle => keys.map(|keys| keys.cycle.as_str()).collect(),
        By::Team => keys.flat_map(|keys| with_those_above(&keys.team)).collect(),
        By::Owner => keys.map(|keys| keys.owner.as_str()).collect(),
        By::Tag => keys.flat_map(|keys| keys.tag.lines()).collect(),
    };
    let values = values.into_iter().filter(|value| !value.trim().is_empty());
    let option = |value: &str| OptionRow { value: value.to_owned(), text: text(scope, value, by) };
    let mut options: Vec<OptionRow> = values.map(option).collect();
    match by {
        By::Status => options.sort_by_key(|option| rank(&option.value)),
        By::Cycle => {
            let order = by_cycle::in_order(scope);
            options.sort_by_key(|option| order.iter().position(|cycle| cycle.id == option.value));
        }
        By::Team => options.sort_by(|a, b| a.value.split('/').cmp(b.value.split('/'))),
        By::Owner | By::Tag => options.sort_by_key(|option| option.text.to_lowercase()),
    }
    options
}

/// What a value is called; a team after the teams above it.
fn text(scope: &Scope<'_>, value: &str, by: By) -> String {
    match by {
        By::Status => StatusText::word(value),
        By::Owner => scope.owner_name(value),
        By::Team => {
            let names = with_those_above(value).map(|team| scope.model.settings.team_name(team));
            names.collect::<Vec<_>>().join(" / ")
        }
        By::Cycle | By::Tag => value.to_owned(),
    }
}

/// What a goal is narrowed by.
pub(super) fn goal_keys(goal: &Goal, status: Status, progress: Option<f64>) -> ListKeys {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    ListKeys {
        id: goal.reference.id.clone(),
        status: status.word().to_owned(),
        rank: rank(status.word()).to_string(),
        cycle: goal.reference.cycle.clone(),
        team: text(&goal.team),
        owner: text(&goal.owner),
        tag: goal.tags.join("\n"),
        progress: progress.map(|progress| shortened(progress, 4)).unwrap_or_default(),
    }
}

/// What a key result is narrowed by in a list of its own.
pub(super) fn key_result_keys(
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
) -> ListKeys {
    ListKeys {
        owner: key_result.owner.clone().unwrap_or_default(),
        ..goal_keys(goal, figures.status, figures.raw.map(|_| figures.progress))
    }
}
