//! Findings while typing, across files.

use super::client::Editor;
use super::{PLAN, PLAN_PATH, RECORDS_PATH, repository};

#[test]
fn a_sound_file_has_none_and_a_slip_has_one() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    editor.replace(PLAN_PATH, "baseline = 240", "basline = 240");
    assert_eq!(editor.findings(PLAN_PATH), ["unknown-key @ basline"]);
    editor.replace(PLAN_PATH, "basline", "baseline");
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
}

#[test]
fn a_change_to_one_file_tells_the_findings_of_another() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
    editor.replace(PLAN_PATH, "[key_results.lead-time]", "[key_results.lead-times]");
    assert_eq!(editor.findings(RECORDS_PATH), ["unknown-key-result @ lead-time"]);
    editor.replace(PLAN_PATH, "lead-times]", "lead-time]");
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
    assert_eq!(editor.text(PLAN_PATH), PLAN);
}
