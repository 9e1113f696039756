//! The workspace's settings, with every default filled in.

use std::collections::BTreeMap;

use super::cycle;
use crate::date::Window;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{Ambition, SettingsDoc};
use crate::text::{as_id, is_id, printable};

/// What `goals.toml` settles.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The workspace's name on pages.
    pub name: String,
    /// The folder of the plans, relative to the root.
    pub plans: String,
    /// First month of the fiscal year, from 1.
    pub year_starts: i8,
    /// The cycles that the workspace names.
    pub cycles: BTreeMap<String, Window>,
    /// What is said of teams, by path.
    pub teams: BTreeMap<String, Team>,
    /// What is said of people, by handle; nothing where anyone may own goals.
    pub people: Option<BTreeMap<String, Person>>,
    /// Days from one check-in to the next.
    pub every_days: i64,
    /// Lower bounds of on-track and at-risk for aspirational goals.
    pub aspirational: [f64; 2],
    /// Lower bounds of on-track and at-risk for committed goals.
    pub committed: [f64; 2],
    /// The share of a window before which pace says nothing.
    pub quiet_until: f64,
    /// Days after the start in which plans may still change freely.
    pub planning_grace_days: i64,
    /// Whether goals' pages list the commits that name them.
    pub work: bool,
    /// Address of the published report, for the feed; it ends with a slash.
    pub base_url: Option<String>,
    /// Address of the repository on a forge, for links to commits and files.
    pub repository_url: Option<String>,
    /// The lines with a syntax error: what they would have said is not known.
    pub unread: String,
}

/// What is said of a team.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Team {
    /// Its name on pages.
    pub name: Option<String>,
    /// The person who leads it.
    pub lead: Option<String>,
}

/// What is said of a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Person {
    /// The name on pages.
    pub name: Option<String>,
    /// E-mail addresses that commits carry.
    pub emails: Vec<String>,
}

/// The folder of the plans, unless `goals.toml` names another.
pub const DEFAULT_PLANS: &str = "goals";

impl Settings {
    /// The lower bounds of on-track and at-risk for goals of `ambition`.
    pub fn scale(&self, ambition: Ambition) -> [f64; 2] {
        match ambition {
            Ambition::Aspirational => self.aspirational,
            Ambition::Committed => self.committed,
        }
    }

    /// A person's name on pages: the one given, else the handle.
    pub fn person_name<'a>(&'a self, handle: &'a str) -> &'a str {
        let person = self.people.as_ref().and_then(|people| people.get(handle));
        person.and_then(|person| person.name.as_deref()).unwrap_or(handle)
    }

    /// The handle of the person who commits with `email`.
    pub fn person_by_email(&self, email: &str) -> Option<&str> {
        let people = self.people.as_ref()?;
        let holds =
            |person: &Person| person.emails.iter().any(|own| own.eq_ignore_ascii_case(email));
        people.iter().find(|(_, person)| holds(person)).map(|(handle, _)| handle.as_str())
    }

    /// A team's name on pages: the one given, else the last part of its path.
    pub fn team_name<'a>(&'a self, team: &'a str) -> &'a str {
        let given = self.teams.get(team).and_then(|team| team.name.as_deref());
        given.unwrap_or_else(|| team.rsplit('/').next().unwrap_or(team))
    }
}

/// The settings of `doc`, and what is wrong with the names in it.
pub fn settings(doc: &SettingsDoc, path: &str) -> (Settings, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let text =
        |value: &Option<crate::load::Spanned<String>>| value.as_ref().map(|v| v.value.clone());
    let days = |value: &Option<crate::load::Spanned<f64>>, default: i64| {
        value.as_ref().map_or(default, |value| value.value as i64)
    };
    let settings = Settings {
        name: text(&doc.name).unwrap_or_else(|| "Goals".to_owned()),
        plans: text(&doc.plans).unwrap_or_else(|| DEFAULT_PLANS.to_owned()),
        year_starts: days(&doc.year_starts, 1) as i8,
        cycles: cycles(doc, path, &mut findings),
        teams: teams(doc),
        people: doc.people.as_ref().map(|people| {
            let person = |p: &crate::load::PersonDoc| Person {
                name: p.name.clone(),
                emails: p.emails.clone(),
            };
            people.iter().map(|p| (p.id.value.clone(), person(p))).collect()
        }),
        every_days: days(&doc.every, 14),
        aspirational: doc.aspirational.unwrap_or([0.7, 0.4]),
        committed: doc.committed.unwrap_or([1.0, 0.7]),
        quiet_until: doc.quiet_until.as_ref().map_or(0.2, |value| value.value),
        planning_grace_days: days(&doc.planning_grace, 14),
        work: doc.work.as_ref().is_some_and(|work| work.value),
        base_url: text(&doc.base_url).map(|url| format!("{}/", url.trim_end_matches('/'))),
        repository_url: text(&doc.repository_url),
        unread: doc.unread.clone(),
    };
    (settings, findings)
}

fn teams(doc: &SettingsDoc) -> BTreeMap<String, Team> {
    let lead = |team: &crate::load::TeamDoc| team.lead.as_ref().map(|lead| lead.value.clone());
    doc.teams
        .iter()
        .map(|team| (team.id.value.clone(), Team { name: team.name.clone(), lead: lead(team) }))
        .collect()
}

fn cycles(
    doc: &SettingsDoc,
    path: &str,
    findings: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Window> {
    let mut cycles = BTreeMap::new();
    for cycle in &doc.cycles {
        let (name, place) = (&cycle.id.value, Place::new(path, cycle.id.span));
        if !is_id(name) {
            let message = format!("`{}` is not an id", printable(name));
            let help = format!("ids are lower-case words joined by hyphens: {}", as_id(name));
            findings.push(Diagnostic::new("bad-id", message, place).help(help));
            continue;
        }
        if cycle::built_in(name, 1).is_some() {
            let message = format!("`{name}` is a built-in cycle and cannot be declared");
            findings
                .push(Diagnostic::new("bad-id", message, place).help("give it a name of its own"));
            continue;
        }
        let (Some(start), Some(end)) = (&cycle.start, &cycle.end) else { continue };
        if end.value < start.value {
            let message = format!("cycle `{name}` ends before it starts");
            let place = Place::new(path, end.span);
            findings.push(
                Diagnostic::new("bad-date", message, place)
                    .related(Place::new(path, start.span), "starts here"),
            );
            continue;
        }
        cycles.insert(name.clone(), Window { start: start.value, end: end.value });
    }
    cycles
}
