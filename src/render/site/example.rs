//! Workspaces that the tests of the report render.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::date;

use super::{File, Input, Site, TemplateError};
use crate::date::Date;
use crate::history::{self, History};
use crate::pipeline::{self, Source, Workspace};
use crate::repo::{Change, Commit, Commits, Content, Depth, Moment, ObjectId, Snapshot};

/// The files of a report by their paths.
pub(super) type Files = BTreeMap<String, String>;

/// The day on which most of them are looked at.
pub(super) const TODAY: Date = date(2026, 11, 21);

/// Reads a workspace of these files.
pub(super) fn workspace(files: &[(&str, &str)]) -> Workspace {
    let mut snapshot = Snapshot::default();
    snapshot.insert("goals.toml", Content::Text("format = 1\n".into()));
    for (path, text) in files {
        snapshot.insert(*path, Content::from_bytes(text.as_bytes().to_vec()));
    }
    pipeline::read(Source::Files(snapshot)).expect("files at hand can be read")
}

/// The pages of a workspace with the built-in templates.
pub(super) fn rendered(workspace: &Workspace, history: Option<&History>, as_of: Date) -> Files {
    rendered_with(workspace, history, as_of, &BTreeMap::new())
        .expect("built-in templates are sound")
}

/// The pages of a workspace with templates of its own.
pub(super) fn rendered_with(
    workspace: &Workspace,
    history: Option<&History>,
    as_of: Date,
    overrides: &BTreeMap<String, String>,
) -> Result<Files, TemplateError> {
    let mut files = Files::new();
    each(workspace, history, as_of, overrides, |_| true, &mut files)?;
    Ok(files)
}

/// One page of a workspace, without the rest.
pub(super) fn one_page(workspace: &Workspace, as_of: Date, file: File) -> String {
    let mut files = Files::new();
    each(workspace, None, as_of, &BTreeMap::new(), |other| other == file, &mut files)
        .expect("built-in templates are sound");
    files.into_values().next().expect("the page is there")
}

/// Renders the files that are wanted.
fn each(
    workspace: &Workspace,
    history: Option<&History>,
    as_of: Date,
    overrides: &BTreeMap<String, String>,
    wanted: impl Fn(File) -> bool,
    files: &mut Files,
) -> Result<(), TemplateError> {
    let rollup = pipeline::rollup(workspace, history, as_of);
    let judged = pipeline::judge(workspace, &rollup, history, as_of, as_of.max(TODAY));
    let scoring = judged.scoring();
    let input = Input {
        folder: "",
        model: &workspace.model,
        findings: &judged.findings,
        files: &workspace.snapshot,
        cards: &|at| scoring.of_goal(at),
        rollup: &rollup,
        history,
        work: None,
        revision: Some(ObjectId::from_bytes(&[0x5e; 20])),
        uncommitted: false,
        read: None,
        as_of,
        repository: Some("https://example.com/northwind/goals".to_owned()),
    };
    let site = Site::new(&input, overrides)?;
    for file in site.files().into_iter().filter(|file| wanted(*file)) {
        let (path, bytes) = site.render(file)?;
        let text = String::from_utf8(bytes).expect("pages are text");
        let twin = files.insert(path.clone(), text);
        assert!(twin.is_none(), "two files share the path {path}");
    }
    Ok(())
}

pub(super) const SETTINGS: (&str, &str) = (
    "goals.toml",
    r#"
format = 1
name = "Northwind"
[teams."engineering/platform"]
name = "Platform"
lead = "ana"
[people.ana]
name = "Ana Silva"
emails = ["ana@northwind.example"]
[people.ben]
name = "Ben Okafor"
[people.mira]
"#,
);

const KINDS: &str = r#"
title = "Deploys are calm"
why = "Every rollback costs a *conversation*."
owner = "ana"
contributes_to = ["2026/grow.quality"]
supports = ["2026/grow"]
continues = "2026-q3/quiet"
weight = 2
tags = ["reliability"]

[key_results.lead-time]
title = "Lead time falls"
owner = "ben"
unit = "min"
baseline = 240
target = 15
due = 2026-12-11
starts = 2026-10-05
plan = { 2026-10-31 = 180, 2026-11-30 = 60 }
source = "https://example.com/dash"

[key_results.failures]
title = "Failures stay low"
kind = "threshold"
at_most = 5
strict = true
evaluate = "share"
unit = "%"
source = "The finance team"

[key_results.rollout]
title = "Canaries everywhere"
kind = "milestone"
[key_results.rollout.milestones]
pilot = 0.1
ten = { title = "Ten services", score = 0.3 }
all = { title = "All services", score = 1.0, due = 2026-12-18 }

[key_results.drill]
title = "Everyone has rolled back"
kind = "binary"

[key_results.latency]
title = "Know the latency"
kind = "baseline"
unit = "ms"

[key_results.shown]
title = "Only shown"
baseline = 0
target = 10
weight = 0

[key_results.hard]
title = "Given up"
baseline = 0
target = 10
dropped = "too hard"

[initiatives.canary]
title = "Canary releases"
owner = "ben"
link = "https://example.com/issues/12"
due = 2026-11-15
[initiatives.ticket]
title = "One-click rollback"
link = "PROJ-12"
due = 2026-12-01
done = 2026-11-02
"#;

const RECORDS: &str = r#"
2026-11-20 = { confidence = 6, note = "two services left" }
[lead-time]
2026-10-05 = 240
"2026-10-12T09:30" = { value = 200, confidence = 4 }
"2026-10-12T14:30" = { value = 180, confidence = 7, note = "canary **on**" }
2026-10-26 = { value = 90, by = "mira" }
2026-11-02 = { value = 7777, void = true, note = "wrong dashboard" }
2026-11-09 = 60.300000000000004
2026-11-18 = { note = "not measured" }
2026-12-24 = 5555
[failures]
2026-10-12 = 5
2026-10-26 = 4.8
[rollout]
2026-10-14 = "pilot"
2026-11-03 = "ten"
[drill]
2026-10-14 = false
2026-11-10 = true
2026-11-12 = true
[shown]
2026-10-20 = -4
"#;

const GROW: &str = r#"
title = "Customers stay"
owner = "mira"
[key_results.quality]
title = "It just works"
kind = "objectives"
"#;

const SMART: &str = r#"
title = "A full pipeline"
owner = "ana"
unit = "leads"
baseline = 500
target = 600
due = 2026-12-01
contributes_to = ["2026/grow"]
"#;

const QUIET: &str = r#"
title = "Quiet nights"
[key_results.calls]
title = "Calls"
baseline = 100
target = 0
[close]
date = 2026-10-08
verdict = "missed"
score = 0.4
note = "We learned **much**."
"#;

/// Every kind of measure and every state of a goal.
pub(super) fn full() -> Workspace {
    workspace(&[
        SETTINGS,
        ("goals/2026-q4/engineering/platform/calm.toml", KINDS),
        ("goals/2026-q4/engineering/platform/calm.checkins.toml", RECORDS),
        ("goals/2026/grow.toml", GROW),
        ("goals/2026-q4/leads.toml", SMART),
        ("goals/2026-q4/leads.checkins.toml", "2026-10-08 = 490\n2026-10-22 = 480\n"),
        (
            "goals/2026-q4/partners.toml",
            "title = \"Partners help\"\ncontributes_to = [\"leads\"]\nweight = 3\n[key_results.calls]\ntitle = \"Calls\"\nbaseline = 0\ntarget = 10\n",
        ),
        (
            "goals/2026-q4/partners.checkins.toml",
            "[calls]\n2026-11-19 = { value = 3, void = true }\n",
        ),
        (
            "goals/2026-q4/idea.toml",
            "title = \"An idea\"\ndraft = true\nbaseline = 0\ntarget = 1\n",
        ),
        (
            "goals/2026-q4/gone.toml",
            "title = \"Gone\"\ndropped = \"no money\"\nbaseline = 0\ntarget = 1\n",
        ),
        ("goals/2026-q4/aside.toml", "title = \"Aside\"\nweight = 0\nbaseline = 0\ntarget = 1\n"),
        ("goals/2026-q3/quiet.toml", QUIET),
        ("goals/2026-q3/quiet.checkins.toml", "[calls]\n2026-09-01 = 90\n"),
        ("goals/2027-q1/next.toml", "title = \"Next\"\nbaseline = 0\ntarget = 1\n"),
    ])
}

/// A workspace whose every text tries to be more than text.
pub(super) fn hostile() -> Workspace {
    const EVIL: &str = "<script>alert(1)</script>\\\"'><img src=x onerror=alert(2)> \u{202e}x {{ site.name }} [c](javascript:alert(3))";
    let settings = format!(
        "format = 1\nname = \"{EVIL}\"\n[teams.growth]\nname = \"{EVIL}\"\nlead = \"eve\"\n[people.eve]\nname = \"{EVIL}\"\n"
    );
    let plan = format!(
        "title = \"{EVIL}\"\nwhy = \"{EVIL}\"\nowner = \"eve\"\ntags = [\"{EVIL}\"]\ndropped = \"{EVIL}\"\ncontinues = \"{EVIL}\"\n\
         [key_results.evil]\ntitle = \"{EVIL}\"\nunit = \"{EVIL}\"\nbaseline = 0\ntarget = 1e300\nsource = \"javascript:alert(1)\"\ndropped = \"{EVIL}\"\n\
         [key_results.steps]\ntitle = \"{EVIL}\"\nkind = \"milestone\"\nmilestones = {{ a = {{ title = \"{EVIL}\", score = 0.5 }} }}\n\
         [initiatives.evil]\ntitle = \"{EVIL}\"\nowner = \"{EVIL}\"\nlink = \"javascript://x/%0aalert(1)\"\n\
         [close]\ndate = 2026-11-01\nnote = \"{EVIL}\"\n"
    );
    let open = plan.replace("dropped", "# dropped");
    let records = format!(
        "2026-11-01 = {{ note = \"{EVIL}\", by = \"{EVIL}\" }}\n[evil]\n2026-11-01 = {{ value = -1e300, note = \"{EVIL}\", by = \"{EVIL}\" }}\n[steps]\n2026-11-02 = \"a\"\n"
    );
    workspace(&[
        ("goals.toml", &settings),
        ("goals/2026-q4/growth/evil.toml", &plan),
        ("goals/2026-q4/growth/evil.checkins.toml", &records),
        ("goals/2026-q4/growth/live.toml", &open),
        ("goals/2026-q4/growth/live.checkins.toml", &records),
    ])
}

/// One commit of a test's history: author, day, and the files that it writes.
pub(super) type Written<'a> = (&'a str, Date, &'a [(&'a str, &'a str)]);

/// A history of commits in a row, and the texts that it names.
fn commits(written: &[Written<'_>]) -> (Commits, HashMap<ObjectId, Arc<str>>) {
    let mut found = Commits::default();
    let mut texts: HashMap<ObjectId, Arc<str>> = HashMap::new();
    let mut standing: HashMap<String, ObjectId> = HashMap::new();
    for (node, (author, day, files)) in written.iter().enumerate() {
        let changes = files.iter().enumerate().map(|(at, (path, text))| {
            let id =
                ObjectId::from_bytes(&[[node as u8 + 1, at as u8].as_slice(), &[7; 18]].concat());
            texts.insert(id, (*text).into());
            let old = standing.insert((*path).to_owned(), id);
            let old = if node == 0 { Vec::new() } else { vec![old] };
            Change { path: (*path).into(), new: Some(id), old }
        });
        let changes = changes.collect();
        let seconds = noon_seconds(*day);
        let moment = Moment { seconds, offset_minutes: 60 };
        let id = ObjectId::from_bytes(&[0xc0 + node as u8; 20]);
        let commit = Commit {
            id,
            position: 0,
            author: (*author).into(),
            email: format!("{author}@northwind.example").into(),
            authored: moment,
            committed: moment,
            subject: format!("commit {node} <b>").into(),
            signed: false,
            changes,
        };
        found.push(id, node.checked_sub(1).into_iter(), false, Some(commit));
    }
    (found, texts)
}

/// What such a history tells.
pub(super) fn told(written: &[Written<'_>], depth: Depth, workspace: &Workspace) -> History {
    let (commits, texts) = commits(written);
    history::read(&commits, &texts, depth, &workspace.model).expect("every text is there")
}

/// Noon of a day, in seconds since 1970.
fn noon_seconds(day: Date) -> i64 {
    crate::date::days_between(date(1970, 1, 1), day) * 86_400 + 43_200
}

pub(super) const PLAN: &str = "title = \"Calm\"\nowner = \"ana\"\n[key_results.lead]\ntitle = \"Lead time\"\nunit = \"min\"\nbaseline = 240\ntarget = 30\n";
pub(super) const PLAN_PATH: &str = "goals/2026-q3/calm.toml";
const RECORD_PATH: &str = "goals/2026-q3/calm.checkins.toml";

/// A workspace whose working tree has one more record than its commits, and its history.
pub(super) fn with_history(depth: Depth) -> (Workspace, History) {
    let moved = PLAN.replace("target = 30", "target = 15").replace("240", "250.5");
    let first = "[lead]\n2026-07-20 = 200\n";
    let second = "[lead]\n2026-07-20 = 200\n2026-08-03 = 90\n";
    let now = "[lead]\n2026-07-20 = 200\n2026-08-03 = 80\n2026-09-14 = 30\n";
    let workspace = workspace(&[SETTINGS, (PLAN_PATH, &moved), (RECORD_PATH, now)]);
    let written: &[Written<'_>] = &[
        ("ana", date(2026, 6, 28), &[(PLAN_PATH, PLAN)]),
        ("Eli Park", date(2026, 7, 25), &[(RECORD_PATH, first)]),
        ("ana", date(2026, 8, 3), &[(RECORD_PATH, second)]),
        ("ana", date(2026, 9, 2), &[(PLAN_PATH, &moved)]),
    ];
    let history = told(written, depth, &workspace);
    (workspace, history)
}
