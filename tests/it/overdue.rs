//! `goals stale`: what is overdue, by owner, for people and for scheduled jobs.

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n[people.ana]\nname = \"Ana @Silva\"\n[people.ben]\n");
    let key_result = |id: &str, rest: &str| {
        format!("[key_results.{id}]\ntitle = \"{id}\"\nbaseline = 0\ntarget = 10\n{rest}")
    };
    repo.write(
        "goals/2026-q4/platform/calm.toml",
        &[
            "title = \"Calm\"\nowner = \"ana\"\n".to_owned(),
            key_result("fresh", ""),
            key_result("late", "owner = \"ben\"\n"),
            key_result("silent", ""),
            key_result("gone", "dropped = \"no\"\n"),
            key_result("reached", ""),
            key_result("tomorrow", "starts = 2026-11-22\n"),
            "[key_results.never]\ntitle = \"ping @ben and #1 <b>[x](http://evil.example)|`\\u001b\"\nbaseline = 0\ntarget = 10\n".to_owned(),
        ]
        .concat(),
    );
    repo.write(
        "goals/2026-q4/platform/calm.checkins.toml",
        "[fresh]\n2026-11-07 = 1\n\n[late]\n2026-11-06 = 1\n\n[silent]\n2026-10-20 = 5\n\n[reached]\n2026-10-20 = 10\n",
    );
    repo.write(
        "goals/2026-q4/draft.toml",
        &format!("title = \"D\"\ndraft = true\n{}", key_result("a", "")),
    );
    repo.write(
        "goals/2026-q4/closed.toml",
        &format!(
            "title = \"D\"\n{}[close]\ndate = 2026-11-01\nverdict = \"missed\"\n",
            key_result("a", "")
        ),
    );
    repo.write("goals/2026-q3/past.toml", &format!("title = \"D\"\n{}", key_result("a", "")));
    repo.write("goals/2026/lonely.toml", "title = \"Lonely\"\nbaseline = 0\ntarget = 10\n");
    repo.commit(ANA, "2026-11-20T09:00:00Z", "all");
    repo
}

#[test]
fn what_is_overdue_is_listed_by_owner() {
    let repo = repo();
    let said = repo.goals(&["stale"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert_eq!(
        said.stdout,
        "Ana @Silva (ana)
  2026-q4/calm.never   51 days   no check-in yet     ◌ stale
  2026-q4/calm.silent  32 days   last on 2026-10-20  ◌ stale

ben
  2026-q4/calm.late    15 days   last on 2026-11-06  ▼ off-track

no owner
  2026/lonely          324 days  no check-in yet     ◌ stale

4 check-ins are overdue on 2026-11-21; one is due every 14 days
"
    );
}

#[test]
fn the_selection_is_that_of_other_commands() {
    let repo = repo();
    let names = |arguments: &[&str]| {
        let view = repo.goals(&[&["stale", "--format", "json"], arguments].concat()).json();
        let all = view["overdue"].as_array().expect("a list").clone();
        all.iter().map(|one| one["ref"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["--owner", "ben"]), ["2026-q4/calm.late"]);
    assert_eq!(names(&["--cycle", "2026"]), ["2026/lonely"]);
    assert_eq!(names(&["--team", "platform"]).len(), 3);
    assert_eq!(names(&["--as-of", "2026-10-10"]), ["2026/lonely"]);
    assert_eq!(names(&["--cycle", "2026-q3"]), Vec::<String>::new());
    let said = repo.goals(&["stale", "--owner", "bne"]).refused();
    assert!(said.contains("did you mean `ben`?"), "{said}");
}

#[test]
fn markdown_is_a_task_list_in_which_nothing_acts() {
    let repo = repo();
    let said = repo.goals(&["stale", "--format", "markdown", "--cycle", "2026-q4"]).sound();
    assert_eq!(
        said,
        "**3 check-ins are overdue on 2026-11-21; one is due every 14 days**

Ana \\@\u{2060}Silva \\(ana\\)

- [ ] `2026-q4/calm.never` ping \\@\u{2060}ben and \\#\u{2060}1 \\<b\\>\\[x\\]\\(http\\:\u{2060}//evil\\.\u{2060}example\\)\\|\\`\\\\u\\{1b\\}: 51 days, no check-in yet, stale
- [ ] `2026-q4/calm.silent` silent: 32 days, last on 2026-10-20, stale

ben

- [ ] `2026-q4/calm.late` late: 15 days, last on 2026-11-06
"
    );
}

#[test]
fn jobs_can_ask_for_an_exit_code() {
    let repo = repo();
    assert_eq!(repo.goals(&["stale", "--exit-code", "-q"]).status, 1);
    let none = repo.goals(&["stale", "--exit-code", "--as-of", "2026-01-02"]);
    assert_eq!((none.status, none.stdout.as_str()), (0, "no check-in is overdue on 2026-01-02\n"));
    let none = repo.goals(&["stale", "--format", "markdown", "--as-of", "2026-01-02"]).sound();
    assert_eq!(none, "**no check-in is overdue on 2026-01-02**\n");
    // What is broken elsewhere is told, and hides nothing.
    repo.write("goals/2026-q4/broken.toml", "title = [\n");
    let said = repo.goals(&["stale", "--format", "json"]);
    assert_eq!(said.status, 1);
    assert!(said.stdout.contains("2026-q4/calm.silent"));
    assert!(said.stderr.contains("1 error in the goal files"), "{}", said.stderr);
}

#[test]
fn the_json_is_what_its_schema_says() {
    let repo = repo();
    let view = repo.goals(&["stale", "--format", "json", "--owner", "ben"]).json();
    assert_eq!(
        view,
        serde_json::json!({
            "format_version": 1, "as_of": "2026-11-21", "every": 14,
            "overdue": [{
                "ref": "2026-q4/calm.late", "title": "late", "owner": "ben", "team": "platform",
                "last_checkin": "2026-11-06", "days": 15, "status": "off-track"
            }]
        })
    );
    let schema = repo.goals(&["schema", "stale"]).json();
    let described = schema["definitions"]["OverdueView"]["properties"].as_object().expect("there");
    let given = view["overdue"][0].as_object().expect("there");
    assert!(described.keys().eq(given.keys()));
}
