//! The level of each rule in a workspace: the catalogue's, by its profile, and by `[check.levels]`.

use super::{allowances, find};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::load::{SETTINGS_FILE, SettingsDoc, Spanned};
use crate::text::{nearest, printable, slip_of};

/// The level of each rule in a workspace.
pub(super) struct Levels {
    profile: Profile,
    own: Vec<(String, Option<Level>)>,
}

/// A set of levels by name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    Okr,
    Smart,
    Output,
    Strict,
}

const PROFILES: [(&str, Profile); 4] = [
    ("okr", Profile::Okr),
    ("smart", Profile::Smart),
    ("output", Profile::Output),
    ("strict", Profile::Strict),
];

impl Levels {
    /// Reads `[check]`; reports names that it does not know.
    pub(super) fn read(settings: &SettingsDoc, findings: &mut Vec<Diagnostic>) -> Self {
        let mut report = |message: String, found: &Spanned<String>, words: &[&str]| {
            let place = Place::new(SETTINGS_FILE, found.span);
            let near = nearest(&found.value, words.iter().copied());
            let meant = slip_of(&found.value, words.iter().copied());
            let instead = |word: &str| vec![(found.span, format!("\"{word}\""))];
            findings.push(
                Diagnostic::new("wrong-type", message, place)
                    .maybe_help(near.map(|word| format!("did you mean `{word}`?")))
                    .maybe_fix(meant.map(instead))
                    .maybe_guess(near.map(instead)),
            );
        };
        let mut profile = Profile::Okr;
        if let Some(named) = &settings.profile {
            match PROFILES.iter().find(|(name, _)| *name == named.value) {
                Some((_, found)) => profile = *found,
                None => report(
                    format!(
                        "`profile` is one of `okr`, `smart`, `output`, `strict`, found `{}`",
                        printable(&named.value)
                    ),
                    named,
                    &PROFILES.map(|(name, _)| name),
                ),
            }
        }
        let mut own = Vec::new();
        for (name, level) in &settings.levels {
            let parsed = match level.value.as_str() {
                "off" => None,
                "info" => Some(Level::Info),
                "warning" => Some(Level::Warning),
                "error" => Some(Level::Error),
                other => {
                    let message = format!(
                        "a level is `off`, `info`, `warning` or `error`, found `{}`",
                        printable(other)
                    );
                    report(message, level, &["off", "info", "warning", "error"]);
                    continue;
                }
            };
            own.push((name.value.clone(), parsed));
        }
        Self { profile, own }
    }

    /// Gives each finding its level, and leaves out those of rules that are off.
    pub(super) fn apply(&self, findings: &mut Vec<Diagnostic>) {
        findings.retain_mut(|finding| {
            let Some(level) = self.of(finding.rule) else { return false };
            finding.level = if finding.level == Level::Info { Level::Info } else { level };
            true
        });
    }

    /// The level of a rule; nothing where it is off. What the workspace says of a rule by its name
    /// goes before the profile.
    pub(super) fn of(&self, name: &str) -> Option<Level> {
        if name == allowances::NEVER_ALLOWED {
            return Some(Level::Error);
        }
        if let Some((_, level)) = self.own.iter().rev().find(|(own, _)| own == name) {
            return *level;
        }
        self.profile.level(name, find(name).map_or(Level::Error, |rule| rule.level))
    }
}

impl Profile {
    /// The level of a rule that usually has another; nothing where the profile turns it off.
    fn level(self, name: &str, usual: Level) -> Option<Level> {
        let obligatory =
            matches!(name, "missing-owner" | "missing-unit" | "missing-source" | "missing-due");
        let activity = matches!(name, "output-not-outcome" | "activity-wording");
        match self {
            Self::Smart if obligatory => Some(Level::Error),
            Self::Smart if activity || name == "missing-ambition" => None,
            Self::Output if activity => None,
            _ if name == "missing-due" => None,
            Self::Strict if usual == Level::Warning => Some(Level::Error),
            _ => Some(usual),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::keys::{Holds, SETTINGS};

    /// The words that the table of keys has for the value at `path` of `goals.toml`.
    fn told(path: &[&str]) -> Vec<&'static str> {
        let found = SETTINGS.find_at(path).expect("a key");
        let Holds::Word(words) = found.holds() else { panic!("{path:?} takes words") };
        words.iter().map(|(word, _)| *word).collect()
    }

    fn reports(settings: SettingsDoc) -> usize {
        let mut findings = Vec::new();
        Levels::read(&settings, &mut findings);
        findings.len()
    }

    fn spanned(word: &str) -> Spanned<String> {
        Spanned { value: word.to_owned(), span: crate::text::Span::default() }
    }

    #[test]
    fn the_table_of_keys_has_the_profiles_and_the_levels() {
        assert_eq!(told(&["check", "profile"]), PROFILES.map(|(name, _)| name));
        let level = |word: &str| SettingsDoc {
            levels: vec![(spanned("missing-why"), spanned(word))],
            ..SettingsDoc::default()
        };
        let words = told(&["check", "levels", "missing-why"]);
        assert_eq!(words.len(), 4);
        assert!(words.iter().all(|word| reports(level(word)) == 0));
        assert_eq!(reports(level("fatal")), 1);
    }
}
