//! `goals new`: a plan from the template, with everything in it that can be known.

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::plan_edit::{self, Committing};
use super::session::Session;
use super::shared::Global;
use super::{Ending, output};
use crate::change::Changes;
use crate::date::Window;
use crate::error::{Error, Kind, Result};
use crate::load;
use crate::load::splice::{keys, toml_string};
use crate::model::{GoalRef, Model, Reference, cycle};
use crate::pipeline::TEMPLATES;
use crate::repo;
use crate::repo::identity::author_email;
use crate::repo::program::Git;
use crate::text::{as_id, did_you_mean, is_id, nearest, printable};

#[derive(Args)]
#[command(after_help = "\
Without a cycle the plan goes into the shortest one that is active, without a team it belongs to the
whole organisation. The owner is whoever git says you are. A workspace's own templates are
templates/objective.toml and templates/smart.toml, with {title}, {owner}, {id}, {team}, {cycle},
{start}, {end} and {parent} (a goal around it) to be filled in; a line whose blank cannot be filled
is left out.

Examples:
  goals new calm-deploys
  goals new platform/calm-deploys --title \"Deploys are calm and frequent\"
  goals new 2027-q1/growth/fresh-leads --smart --owner mira --contributes-to 2027/grow")]
pub(super) struct Arguments {
    /// Where it goes and what it is called: ID, TEAM/ID or CYCLE/TEAM/ID
    #[arg(value_name = "REF")]
    reference: String,
    /// What will be true [default: the id in words]
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// The one person or team accountable [default: you]
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
    /// How much it is meant to stretch
    #[arg(long, value_enum, value_name = "AMBITION")]
    ambition: Option<Ambition>,
    /// A larger goal that this one counts in; may be repeated
    #[arg(long, value_name = "REF")]
    contributes_to: Vec<String>,
    /// A goal that this one helps without counting in it; may be repeated
    #[arg(long, value_name = "REF")]
    supports: Vec<String>,
    /// A SMART goal: one number in the place of key results
    #[arg(long)]
    smart: bool,
    #[command(flatten)]
    committing: Committing,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ambition {
    /// Seven tenths of it are a success
    Aspirational,
    /// All of it is promised
    Committed,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = plan_edit::open(global)?;
    let model = &session.workspace.model;
    let place = Place::find(&session, &arguments.reference)?;
    let path = place.path(model);
    require_free(&session, &place, &path)?;
    let owner = owner(&session, arguments.owner.as_deref(), place.team.as_deref())?;
    let template = match own_template(&session, arguments.smart)? {
        Some(own) => own,
        None if arguments.smart => include_str!("../../templates/init/smart.toml"),
        None => include_str!("../../templates/init/objective.toml"),
    };
    let title = arguments.title.clone().unwrap_or_else(|| in_words(&place.id));
    let text = filled(template, &place.blanks(model, &title, owner.as_deref()));
    let text = with_options(&session, &place, arguments, text)?;
    require_valid(&path, &text, arguments.smart)?;
    let mut changes = Changes::of(&session.workspace.snapshot);
    changes.write(&path, text);
    let subject = format!("plan: {}/{}", place.cycle, place.id);
    let commit = arguments.committing.wanted(false).then_some((subject.as_str(), None));
    let made = plan_edit::make(&session, &changes, commit)?;
    output::print(&format!("wrote {path}\n{}\n", global.look().dim(&made)))?;
    if owner.is_none() {
        let why = match author_email(&Git::default(), &session.root) {
            None => "git knows no e-mail address of yours",
            Some(_) if model.settings.people.is_none() => {
                "the e-mail address that git knows you by makes no name"
            }
            Some(_) => "nobody in `[people]` has the e-mail address that git knows you by",
        };
        output::note(global, &format!("note: {why}: name the owner yourself"));
    }
    output::note(
        global,
        &format!(
            "\nnext: write down why, and what is measured from where to where, then\n      goals check {path}\n      git add {path} && git commit"
        ),
    );
    Ok(Ending::Sound)
}

/// The workspace's own template, if it has one.
fn own_template<'s>(session: &'s Session<'_>, smart: bool) -> Result<Option<&'s str>> {
    let path = template_path(smart);
    if let Some(content) = session.workspace.snapshot.get(&path) {
        let unreadable = || unusable(smart, &content.lack().unwrap_or_default());
        return content.text().map(Some).ok_or_else(unreadable);
    }
    let no_files = repo::list_no_files(&session.root, TEMPLATES)?;
    match no_files.iter().find(|found| found.path == path) {
        Some(found) => Err(unusable(smart, &format!("it is {}", found.kind))),
        None => Ok(None),
    }
}

fn template_path(smart: bool) -> String {
    format!("{TEMPLATES}/{}.toml", if smart { "smart" } else { "objective" })
}

/// Where a new plan goes.
struct Place {
    cycle: String,
    window: Window,
    team: Option<String>,
    id: String,
}

impl Place {
    /// Reads `[CYCLE/][TEAM/…]ID`.
    fn find(session: &Session<'_>, text: &str) -> Result<Self> {
        let model = &session.workspace.model;
        let mut parts: Vec<&str> = text.split('/').collect();
        let id = parts.pop().unwrap_or_default();
        if !is_id(id) {
            let meant = as_id(id);
            let hint = "ids are lower-case words joined by hyphens";
            return Err(Error::new(Kind::Usage, format!("`{}` is not an id", printable(id)))
                .hint(if is_id(&meant) { format!("{hint}: {meant}") } else { hint.to_owned() }));
        }
        let named = parts.first().and_then(|first| cycle::window(first, &model.settings));
        let (cycle, window) = match named {
            Some(window) => (parts.remove(0).to_owned(), window),
            None => {
                if let Some(first) = parts.first() {
                    require_no_cycle(session, first)?;
                }
                active(session)?
            }
        };
        let team = (!parts.is_empty()).then(|| parts.join("/"));
        if let Some(team) = &team {
            require_team(session, &cycle, team)?;
        }
        Ok(Self { cycle, window, team, id: id.to_owned() })
    }

    fn path(&self, model: &Model) -> String {
        let team = self.team.as_deref().map(|team| format!("{team}/")).unwrap_or_default();
        format!("{}/{}/{team}{}.toml", model.settings.plans, self.cycle, self.id)
    }

    /// What there is to fill in, each as TOML writes it where it is a text.
    fn blanks(
        &self,
        model: &Model,
        title: &str,
        owner: Option<&str>,
    ) -> Vec<(&'static str, Option<String>)> {
        let around = |goal: &&Arc<crate::model::Goal>| {
            let cycle = model.cycles.get(&goal.reference.cycle);
            goal.reference.cycle != self.cycle
                && cycle.is_some_and(|cycle| cycle.encloses(self.window))
                && goal.dropped.is_none()
        };
        let parent = model.goals.iter().find(around).map(|goal| goal.reference.to_string());
        vec![
            ("{title}", Some(toml_string(title))),
            ("{owner}", Some(toml_string(owner.unwrap_or_default()))),
            ("{id}", Some(self.id.clone())),
            ("{team}", self.team.clone()),
            ("{cycle}", Some(self.cycle.clone())),
            ("{start}", Some(self.window.start.to_string())),
            ("{end}", Some(self.window.end.to_string())),
            ("{parent}", parent.map(|parent| toml_string(&parent))),
        ]
    }
}

/// Refuses a first part that was meant to be a cycle and is none.
fn require_no_cycle(session: &Session<'_>, first: &str) -> Result<()> {
    let model = &session.workspace.model;
    if teams(model).contains(first) {
        return Ok(());
    }
    let year = format!("{:04}-{first}", session.as_of.year());
    let quarter = cycle::quarter_of(session.as_of, model.settings.year_starts);
    let dated = first.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    let parts = ["h1", "h2", "q1", "q2", "q3", "q4"];
    let of_year: Vec<String> = dated
        .iter()
        .flat_map(|year| parts.map(|part| format!("{year}-{part}")))
        .chain([quarter])
        .collect();
    let known = model.settings.cycles.keys().chain(model.cycles.keys()).chain(&of_year);
    let meant = match cycle::window(&year, &model.settings) {
        Some(_) => Some(format!("did you mean `{year}`?")),
        None => did_you_mean(first, known.map(String::as_str)),
    };
    match (meant, dated.is_some()) {
        (None, false) => Ok(()),
        (meant, _) => {
            Err(Error::new(Kind::Usage, format!("`{}` is not a cycle", printable(first))).hint(
                meant.unwrap_or_else(|| {
                    "a cycle is one like 2027, 2027-h1, 2027-q1, 2027-03, 2027-w09, or declared in goals.toml"
                        .to_owned()
                }),
            ))
        }
    }
}

/// The cycle that is active: the shortest of those that hold goals or are declared, else the quarter.
fn active(session: &Session<'_>) -> Result<(String, Window)> {
    let model = &session.workspace.model;
    let holding = model.cycles.iter().chain(&model.settings.cycles);
    let mut active: Vec<(i64, &String, Window)> = holding
        .filter(|(_, window)| window.contains(session.as_of))
        .map(|(id, window)| (window.days(), id, *window))
        .collect();
    active.sort_by_key(|(days, id, _)| (*days, *id));
    active.dedup_by_key(|(_, id, _)| *id);
    match active[..] {
        [] => {
            let id = cycle::quarter_of(session.as_of, model.settings.year_starts);
            let window = cycle::window(&id, &model.settings);
            let window = window.expect("a quarter that was made from a date is one");
            Ok((id, window))
        }
        [(days, one, _), (other_days, other, _), ..] if days == other_days => {
            Err(Error::new(Kind::Usage, format!("`{one}` and `{other}` are both active"))
                .hint(format!("name the cycle first: {one}/…")))
        }
        [(_, id, window), ..] => Ok((id.clone(), window)),
    }
}

/// Every team that is known: by its goals in any cycle, or by the settings.
fn teams(model: &Model) -> BTreeSet<&str> {
    let with_goals = model.cycles.keys().flat_map(|cycle| model.teams(cycle));
    with_goals.chain(model.settings.teams.keys().map(String::as_str)).collect()
}

/// Refuses a team that cannot be one, or that is nearly another. A folder that is there makes it one.
fn require_team(session: &Session<'_>, cycle: &str, team: &str) -> Result<()> {
    let model = &session.workspace.model;
    if let Some(part) = team.split('/').find(|part| !is_id(part)) {
        return Err(Error::new(Kind::Usage, format!("`{}` is not a team's id", printable(part)))
            .hint(format!("ids are lower-case words joined by hyphens: {}", as_id(part))));
    }
    let folder = format!("{}/{cycle}/{team}", model.settings.plans);
    let known = teams(model);
    if known.contains(team) || session.root.join(&folder).is_dir() {
        return Ok(());
    }
    let below = format!("/{team}");
    let nested: Vec<&&str> = known.iter().filter(|known| known.ends_with(&below)).collect();
    let near = match nested[..] {
        [one] => Some(*one),
        _ => nearest(team, known.iter().copied()),
    };
    match near {
        None => Ok(()),
        Some(near) => Err(Error::new(Kind::Usage, format!("there is no team `{team}` yet"))
            .hint(format!("did you mean `{near}`? For a new team make the folder {folder} first"))),
    }
}

/// Sees to it that nothing is in the plan's place.
fn require_free(session: &Session<'_>, place: &Place, path: &str) -> Result<()> {
    let model = &session.workspace.model;
    let reference = GoalRef::new(&place.cycle, &place.id);
    let taken = model.goal(&reference).map(|goal| goal.path.as_str());
    let there = session.root.join(path).symlink_metadata().is_ok().then_some(path);
    if let Some(taken) = taken.or(there) {
        return Err(Error::new(Kind::Usage, format!("there is already a `{reference}`"))
            .hint(format!("it is in {taken}; ids are unique in a cycle, across teams")));
    }
    let former = model
        .goals
        .iter()
        .find(|goal| goal.reference.cycle == place.cycle && goal.formerly.contains(&place.id));
    match former {
        None => Ok(()),
        Some(goal) => Err(Error::new(
            Kind::Usage,
            format!(
                "`{}` is an earlier id of `{}`, whose history goes by it",
                place.id, goal.reference
            ),
        )
        .hint("choose another id")),
    }
}

/// Who is accountable: who was named, else whoever makes commits here, else the team's lead.
fn owner(session: &Session<'_>, named: Option<&str>, team: Option<&str>) -> Result<Option<String>> {
    let model = &session.workspace.model;
    let settings = &model.settings;
    if let (Some(named), Some(people)) = (named, &settings.people) {
        let is_team = teams(model).contains(named);
        if !people.contains_key(named) && !is_team {
            let error =
                Error::new(Kind::Usage, format!("`{}` is not in `[people]`", printable(named)));
            let near = did_you_mean(named, people.keys().map(String::as_str));
            return Err(error.hint(
                near.unwrap_or_else(|| "use the handle that goals.toml gives them".to_owned()),
            ));
        }
    }
    if let Some(named) = named {
        return Ok(Some(named.to_owned()));
    }
    let email = author_email(&Git::default(), &session.root);
    let lead = || {
        let team = settings.teams.get(team?)?;
        team.lead.clone()
    };
    Ok(match (&settings.people, email) {
        (Some(_), Some(email)) => settings.person_by_email(&email).map(str::to_owned).or_else(lead),
        (None, Some(email)) => {
            let handle = as_id(email.split('@').next().unwrap_or_default());
            Some(handle).filter(|handle| !handle.is_empty()).or_else(lead)
        }
        (_, None) => lead(),
    })
}

/// `calm-deploys`: Calm deploys.
fn in_words(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The template with its blanks filled in, and without the lines whose blanks cannot be.
fn filled(template: &str, blanks: &[(&str, Option<String>)]) -> String {
    let possible =
        |line: &&str| blanks.iter().all(|(blank, value)| value.is_some() || !line.contains(blank));
    let lines = template.split_inclusive('\n').filter(possible).map(|line| {
        // In one pass, so that what is filled in is never taken for a blank itself.
        let mut shown = String::new();
        let mut rest = line;
        while let Some(at) = rest.find('{') {
            shown.push_str(&rest[..at]);
            rest = &rest[at..];
            let found = blanks.iter().find(|(blank, _)| rest.starts_with(blank));
            match found {
                Some((blank, value)) => {
                    shown.push_str(value.as_deref().unwrap_or_default());
                    rest = &rest[blank.len()..];
                }
                None => {
                    shown.push('{');
                    rest = &rest[1..];
                }
            }
        }
        shown + rest
    });
    lines.collect()
}

/// The text with what was said by options, in the place of a line that only offers it.
fn with_options(
    session: &Session<'_>,
    place: &Place,
    arguments: &Arguments,
    mut text: String,
) -> Result<String> {
    let ambition = arguments.ambition.map(|ambition| match ambition {
        Ambition::Aspirational => toml_string("aspirational"),
        Ambition::Committed => toml_string("committed"),
    });
    let list = |references: &[String]| -> Result<Option<String>> {
        for reference in references {
            require_goal(session, place, reference)?;
        }
        let all: Vec<String> = references.iter().map(|one| toml_string(one)).collect();
        Ok((!all.is_empty()).then(|| format!("[{}]", all.join(", "))))
    };
    let given = [
        ("ambition", ambition),
        ("contributes_to", list(&arguments.contributes_to)?),
        ("supports", list(&arguments.supports)?),
    ];
    for (key, value) in given {
        let Some(value) = value else { continue };
        text = match offered(&text, key) {
            Some(offer) => {
                let mut text = text.clone();
                text.replace_range(offer, &format!("{key} = {value}"));
                text
            }
            None => keys::set_key(&text, &[], key, &value)
                .map_err(|error| unusable(arguments.smart, &error.to_string()))?,
        };
    }
    Ok(text)
}

/// Where a template offers a key in a comment on a line of its own.
fn offered(text: &str, key: &str) -> Option<std::ops::Range<usize>> {
    let offer = format!("# {key} =");
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let range = start..start + line.trim_end().len();
        start += line.len();
        line.starts_with(&offer).then_some(range)
    })
}

/// Sees to it that a reference from the new plan leads somewhere.
fn require_goal(session: &Session<'_>, place: &Place, text: &str) -> Result<()> {
    let model = &session.workspace.model;
    let unknown =
        || Error::new(Kind::Usage, format!("no goal or key result `{}`", printable(text)));
    let Some(reference) = Reference::parse(text) else {
        return Err(unknown().hint("a reference is [<cycle>/]<goal>[.<key-result>]"));
    };
    // A cycle without goals is not in the model: what lies around it is looked for by hand.
    let resolved = model.resolve(&reference, &place.cycle).is_ok()
        || reference.cycle.is_none()
            && model.goals.iter().any(|goal| {
                goal.reference.id == reference.goal
                    && model
                        .cycles
                        .get(&goal.reference.cycle)
                        .is_some_and(|cycle| cycle.encloses(place.window))
                    && reference
                        .key_result
                        .as_ref()
                        .is_none_or(|id| goal.key_result_position(id).is_some())
            });
    if resolved {
        return Ok(());
    }
    let all = model.goals.iter().flat_map(|goal| {
        let whole = [goal.reference.to_string(), goal.reference.id.clone()];
        let parts = goal.key_results.iter().filter_map(|own| own.id.as_deref());
        let parts: Vec<String> = parts.map(|id| goal.reference.with(Some(id))).collect();
        whole.into_iter().chain(parts)
    });
    let all: Vec<String> = all.collect();
    let exact = model.goals.iter().rev().find(|goal| goal.reference.id == reference.goal);
    let near = match exact {
        Some(goal) if reference.key_result.is_none() => {
            Some(format!("did you mean `{}`?", goal.reference))
        }
        _ => did_you_mean(text, all.iter().map(String::as_str)),
    };
    Err(unknown().hint(near.unwrap_or_else(|| "`goals status` lists the goals".to_owned())))
}

/// Sees to it that the template gave a plan that can be read.
fn require_valid(path: &str, text: &str, smart: bool) -> Result<()> {
    let (_, findings) = load::plan(path, text);
    match findings.iter().find(|finding| finding.rule == "syntax") {
        None => Ok(()),
        Some(finding) => Err(unusable(smart, &finding.message)),
    }
}

fn unusable(smart: bool, problem: &str) -> Error {
    let template = template_path(smart);
    Error::new(Kind::Workspace, format!("`{template}` does not give a plan: {problem}"))
        .hint("mend the template, or remove it for the built-in one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_never_taken_for_a_blank() {
        let blanks = [("{title}", Some("\"{id}\"".to_owned())), ("{id}", Some("x".to_owned()))];
        assert_eq!(filled("a = {title} {id} {b}\n", &blanks), "a = \"{id}\" x {b}\n");
    }

    #[test]
    fn a_line_whose_blank_cannot_be_filled_is_left_out() {
        let blanks = [("{team}", None), ("{id}", Some("x".to_owned()))];
        assert_eq!(filled("a\n{team}\n{id}", &blanks), "a\nx");
    }
}
