//! What the page of findings says.

use super::{CALM, says, says_not};
use crate::render::site::example::{TODAY, full, hostile, workspace};
use crate::render::site::tests::rendered;

#[test]
fn findings_are_listed_by_level_with_the_page_of_their_rule() {
    let files = rendered(&full(), None, TODAY);
    let (page, calm) = ("findings.html", CALM);
    says(
        &files,
        page,
        &[
            "as goals check tells them",
            "Rules that ask the history say no more",
            "missing-owner a goal that nobody is accountable for · 6 findings",
            "2026-q4/aside has no owner To mend it: name the one person or team accountable: owner = \"…\" Aside goals/2026-q4/aside.toml:1",
            "The rules",
            "Someone has to be asked how it stands",
            "Use instead",
        ],
    );
    let html = &files[page];
    let line = format!("/blob/{}/goals/2026-q4/aside.toml#L1", "5e".repeat(20));
    assert!(html.contains(&line) && html.contains("id=\"rule-missing-owner\""));
    let key_results = html.matches("href=\"goals/2026-q4/calm.html#kr-").count();
    assert!(key_results > 0, "a finding leads to the key result that it is about");
    let errors = html.find("id=\"error\"").expect("errors");
    assert!(errors < html.find("id=\"warning\"").expect("warnings"));
    let own = files[calm].split("id=\"findings\"").nth(1).expect("findings of the goal");
    let own = own.split("</section>").next().expect("an end");
    assert!(own.contains("findings.html#rule-") && !own.contains("aside.toml"), "{own}");
    assert!(!files["goals/2027-q1/next.html"].contains("aside.toml"));
}

#[test]
fn levels_are_called_as_the_commands_call_them() {
    let settings = "format = 1\n[check.levels]\nmissing-owner = \"info\"\nmissing-why = \"info\"\n";
    let plan = "title = \"x\"\nbaseline = 0\ntarget = 1\n";
    let files = [("goals.toml", settings), ("goals/2026-q4/x.toml", plan)];
    let files = rendered(&workspace(&files), None, TODAY);
    says(&files, "findings.html", &["2 infos"]);
    says(&files, "goals/2026-q4/x.html", &["Info"]);
    says_not(&files, "findings.html", &["remark"]);
}

#[test]
fn findings_of_hostile_files_are_inert() {
    let files = rendered(&hostile(), None, TODAY);
    assert!(files["findings.html"].contains("&lt;script&gt;alert(1)"));
}

#[test]
fn a_sound_workspace_has_nothing_to_mend() {
    let files = rendered(&workspace(&[]), None, TODAY);
    says(&files, "findings.html", &["Nothing to mend."]);
    says_not(&files, "findings.html", &["The rules"]);
}
