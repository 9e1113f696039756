//! What `goals.toml` says differently: whatever figures, findings and pages are told by.

use std::collections::BTreeMap;

use super::{Alteration, Change, Side};
use crate::history::FieldChange;
use crate::load::{Language, SETTINGS_FILE, WordsDoc};
use crate::text::number;

/// The change of the settings, if they changed.
pub(super) fn alteration(before: &Side<'_>, after: &Side<'_>) -> Option<Alteration> {
    // A workspace that was not there yet had no settings to change.
    before.files.get(SETTINGS_FILE)?;
    let (old, new) = (told(before), told(after));
    let mut names: Vec<&Name> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let fields: Vec<FieldChange> = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| {
            let shown = |value: &String| match name.1.as_str() {
                "" => value.clone(),
                entry => format!("{entry}: {value}"),
            };
            FieldChange {
                name: name.0,
                old: old.get(name).map(shown),
                new: new.get(name).map(shown),
            }
        })
        .collect();
    (!fields.is_empty()).then(|| Alteration {
        change: Change::Settings,
        goal: None,
        key_result: None,
        title: SETTINGS_FILE.to_owned(),
        fields,
    })
}

/// A setting, and of a table of settings the entry.
type Name = (&'static str, String);

/// Every setting as people read it, with defaults filled in.
fn told(side: &Side<'_>) -> BTreeMap<Name, String> {
    let (settings, doc) = (&side.model.settings, side.settings);
    let mut all: BTreeMap<Name, String> = BTreeMap::new();
    let mut one = |name, value: String| all.insert((name, String::new()), value);
    let bounds = |[upper, lower]: [f64; 2]| format!("{} and {}", number(upper), number(lower));
    one("name", settings.name.clone());
    one("plans", settings.plans.clone());
    one("year_starts", settings.year_starts.to_string());
    one("checkins.every", days(settings.every_days));
    one("status.aspirational", bounds(settings.aspirational));
    one("status.committed", bounds(settings.committed));
    one("status.quiet_until", number(settings.quiet_until));
    one("history.planning_grace", days(settings.planning_grace_days));
    one("check.profile", doc.profile.as_ref().map_or("okr", |profile| &profile.value).to_owned());
    for (name, url) in
        [("base_url", &settings.base_url), ("repository_url", &settings.repository_url)]
    {
        if let Some(url) = url {
            one(name, url.clone());
        }
    }
    if settings.people.is_some() {
        one("people", "listed".to_owned());
    }
    let mut entry = |name, id: &str, value: String| all.insert((name, id.to_owned()), value);
    for (id, window) in &settings.cycles {
        entry("cycles", id, format!("{} to {}", window.start, window.end));
    }
    for (id, team) in &settings.teams {
        let lead = team.lead.as_ref().map(|lead| format!("led by {lead}"));
        let parts: Vec<String> = team.name.clone().into_iter().chain(lead).collect();
        entry("teams", id, parts.join(", "));
    }
    for (id, person) in settings.people.iter().flatten() {
        let parts: Vec<&str> =
            person.name.iter().chain(&person.emails).map(String::as_str).collect();
        entry("people", id, parts.join(", "));
    }
    for (rule, level) in &doc.levels {
        entry("check.levels", &rule.value, level.value.clone());
    }
    for (name, words) in words(&doc.words) {
        entry("check.words", name, words);
    }
    all
}

fn days(count: i64) -> String {
    crate::text::count(usize::try_from(count).unwrap_or_default(), "day")
}

/// The words of the workspace's own, in the order of the alphabet.
fn words(doc: &WordsDoc) -> Vec<(&'static str, String)> {
    let lists = [
        ("output", &doc.output),
        ("activity", &doc.activity),
        ("comparative", &doc.comparative),
        ("upkeep", &doc.upkeep),
        ("vague", &doc.vague),
        ("except", &doc.except),
    ];
    let given = lists.into_iter().filter(|(_, words)| !words.is_empty()).map(|(name, words)| {
        let mut words: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        words.sort_unstable();
        (name, words.join(", "))
    });
    let is_none = doc.language.as_ref().is_some_and(|language| language.value == Language::None);
    given.chain(is_none.then(|| ("language", "none".to_owned()))).collect()
}
