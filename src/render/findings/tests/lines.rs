//! What findings and their summary look like in a line each.

use super::*;

#[test]
fn concise_is_one_line_a_finding() {
    let text = "\u{feff}é = 1\r\nb = 2\r\n";
    let findings = [
        Diagnostic::new("x", "one", at("a b.toml", text, "1")),
        with_level(Diagnostic::new("y", "two", at("a b.toml", text, "2")), Level::Warning),
        with_level(
            Diagnostic::new("z", "three", Place::new("a b.toml", Span::new(900, 900))),
            Level::Info,
        ),
    ];
    assert_eq!(
        concise(&findings, &snapshot(&[("a b.toml", text)])),
        "\
a b.toml:1:5: error[x]: one
a b.toml:2:5: warning[y]: two
a b.toml:3:1: info[z]: three
"
    );
    assert_eq!(concise(&[], &Snapshot::default()), "");
}

#[test]
fn summaries_name_the_levels_that_occur() {
    let finding = |level| with_level(bad_date(), level);
    let (error, warning, info) =
        (finding(Level::Error), finding(Level::Warning), finding(Level::Info));
    for (findings, fixed, files, expected) in [
        (vec![], 0, 14, "no findings in 14 files"),
        (vec![], 0, 1, "no findings in 1 file"),
        (vec![], 3, 2, "3 fixed, 0 remaining in 2 files"),
        (vec![error.clone()], 0, 1, "1 error in 1 file"),
        (
            vec![error.clone(), warning, error.clone(), error.clone()],
            0,
            2,
            "3 errors, 1 warning in 2 files",
        ),
        (vec![info.clone(), info.clone()], 0, 3, "2 infos in 3 files"),
        (vec![error, info], 1, 3, "1 fixed, 2 remaining: 1 error, 1 info in 3 files"),
    ] {
        let files = vec!["a.toml"; files];
        let snapshot = Snapshot::default();
        let checked = Checked { fixed, files: &files, ..checked(&findings, &[], &snapshot) };
        assert_eq!(summary(&checked), expected);
    }
}
