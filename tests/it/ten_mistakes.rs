//! A file of ten mistakes: each is reported on its own span, none is hidden.

use crate::support::Repo;

/// Each line with a mistake ends in a comment that names the rule and the text under its span.
const PLAN: &str = r#"title = "Deploys are calm"
owner = ["ana", "ben"]            # too-many-owners: ["ana", "ben"]
why = "Rollbacks cost customers."
wieght = 2                        # unknown-key: wieght
tags = ["a", "b"                  # syntax: ["a", "b"                  #
due = 2026-02-30                  # bad-date: 2026-02-30
contributes_to = ["2026/groww"]   # unknown-reference: "2026/groww"

[key_results.lead-time]           # missing-target: lead-time
title = "Lead time falls to 40 minutes"
unit = "min"
baseline = "240 min"              # wrong-type: "240 min"
source = "the deploy log"

[key_results.Rollbacks]           # bad-id: Rollbacks
title = "TBD"                     # placeholder: "TBD"
unit = "rollbacks"
baseline = 20
target = 20                       # target-is-baseline: 20
source = "the deploy log"
"#;

const CHECKINS: &str = r#"[lead-time]
2026-10-05 = "fast"               # wrong-value-type: "fast"
2026-13-01 = 3                    # bad-date: 2026-13-01

[leadtime]                        # unknown-key-result: leadtime
2026-10-05 = 1
"#;

fn workspace() -> Repo {
    let repo = Repo::folder();
    repo.write("goals.toml", "format = 1\n");
    repo.write(
        "goals/2026/grow.toml",
        "title = \"Revenue doubles\"\nwhy = \"It pays for the rest.\"\nowner = \"ana\"\nunit = \"m\"\nbaseline = 1\ntarget = 2\nsource = \"the books\"\n",
    );
    repo.write("goals/2026-q4/calm-deploys.toml", PLAN);
    repo.write("goals/2026-q4/calm-deploys.checkins.toml", CHECKINS);
    repo
}

/// What the comments of a file say should be found, in order.
fn expected(path: &str, text: &str) -> Vec<String> {
    let mark = |(at, line): (usize, &str)| {
        let (rule, span) =
            line.rsplit_once("# ").filter(|(_, mark)| mark.contains(": "))?.1.split_once(": ")?;
        Some(format!("{path}:{}: {rule}: {span}", at + 1))
    };
    text.lines().enumerate().filter_map(mark).collect()
}

#[test]
fn each_mistake_is_found_on_its_own_span() {
    let repo = workspace();
    let output = repo.goals(&["check", "--format", "json"]);
    assert_eq!(output.status, 1, "{}", output.stderr);
    let found: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
    let mut shown: Vec<String> = found["findings"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|finding| {
            let path = finding["path"].as_str().expect("a path");
            let offset = |end: &str| finding[end]["offset"].as_u64().expect("an offset") as usize;
            let span = &repo.read(path)[offset("start")..offset("end")];
            format!(
                "{path}:{}: {}: {span}",
                finding["start"]["line"],
                finding["rule"].as_str().expect("a rule")
            )
        })
        .collect();
    // The opener's line is shown to its end; the comment on it is part of the text that was not closed.
    shown.iter_mut().for_each(|line| {
        *line = line.split("# syntax").next().unwrap_or_default().trim_end().to_owned()
    });
    let mut wanted = expected("goals/2026-q4/calm-deploys.checkins.toml", CHECKINS);
    wanted.extend(expected("goals/2026-q4/calm-deploys.toml", PLAN));
    wanted.push("goals/2026-q4/calm-deploys.toml:5: syntax: [\"a\", \"b\"".to_owned());
    wanted.retain(|line| !line.ends_with('#'));
    wanted.sort();
    shown.sort();
    assert_eq!(shown, wanted);
}

#[test]
fn people_see_the_line_and_the_cure() {
    let repo = workspace();
    let output =
        repo.goals(&["check", "goals/2026-q4/calm-deploys.checkins.toml", "--color", "never"]);
    assert_eq!(output.status, 1);
    assert_eq!(
        output.stdout,
        r#"error[wrong-value-type]: `lead-time` takes a number, found `fast`
 --> goals/2026-q4/calm-deploys.checkins.toml:2:14
  |
2 | 2026-10-05 = "fast"               # wrong-value-type: "fast"
  |              ^^^^^^ expected a number

error[bad-date]: `2026-13-01` is not a date of the calendar
 --> goals/2026-q4/calm-deploys.checkins.toml:3:1
  |
3 | 2026-13-01 = 3                    # bad-date: 2026-13-01
  | ^^^^^^^^^^
  |
  = help: a record is written 2026-10-05 = 240, or "2026-10-05T14:30" = 240

error[unknown-key-result]: `leadtime` is not a key result of 2026-q4/calm-deploys
 --> goals/2026-q4/calm-deploys.checkins.toml:5:2
  |
5 | [leadtime]                        # unknown-key-result: leadtime
  |  ^^^^^^^^
  |
 ::: goals/2026-q4/calm-deploys.toml:1:9
  |
1 | title = "Deploys are calm"
  |         ------------------ the goal
  |
  = help: did you mean `lead-time`?
"#
    );
    assert_eq!(output.stderr, "\n3 errors in 1 file\n");
}
