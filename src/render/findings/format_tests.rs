//! What findings look like for other programs, to the letter.

use super::*;
use crate::diagnostic::Place;
use crate::render::terminal::Look;
use crate::text::Span;

const PATH: &str = "goals/2026-q4/é a.toml";
const PLAN: &str = "title = \"é\"\nowner = \"ana\"\ntarget = 7\n";

/// Calls `test` with an error that has a related place, a warning without help, and a remark on a
/// file that has no text.
fn sample<T>(test: impl FnOnce(&Checked<'_>) -> T) -> T {
    let place = |what: &str| {
        let start = PLAN.find(what).expect("in the sample");
        Place::new(PATH, Span::new(start, start + what.len()))
    };
    let level = |level, finding: Diagnostic| Diagnostic { level, ..finding };
    let findings = [
        Diagnostic::new("missing-owner", "`a` is 50 %, not <b>", place("\"é\""))
            .related(place("7"), "compared with this")
            .help("write `b`, or \"c\""),
        level(Level::Warning, Diagnostic::new("x", "two", place("owner"))),
        level(
            Level::Info,
            Diagnostic::new("x", "th\u{1b}ree", Place::new("z.toml", Span::default())),
        ),
    ];
    let fingerprints = ["f0".to_owned(), "f1".to_owned(), "f2".to_owned()];
    let snapshot: Snapshot = [(PATH, PLAN)].into_iter().collect();
    test(&Checked {
        findings: &findings,
        fingerprints: &fingerprints,
        snapshot: &snapshot,
        files: &["clean.toml", PATH],
        prefix: "sub/",
        fails_from: Some(Level::Error),
        fixed: 0,
    })
}

/// Calls `test` with one error that says `message`.
fn saying<T>(message: &str, test: impl FnOnce(&Checked<'_>) -> T) -> T {
    let findings = [Diagnostic::new("x", message, Place::new("a,b:%.toml", Span::default()))];
    test(&Checked {
        findings: &findings,
        fingerprints: &["f".to_owned()],
        snapshot: &Snapshot::default(),
        files: &[],
        prefix: "",
        fails_from: Some(Level::Error),
        fixed: 0,
    })
}

#[test]
fn markdown_is_cut_between_rows_to_fit_a_comment() {
    let limit = crate::render::gfm::COMMENT_BYTES;
    let text = |count: usize| {
        let finding = Diagnostic::new("x", "é".repeat(400), Place::new("z.toml", Span::default()));
        let findings = vec![finding; count];
        markdown(&Checked {
            findings: &findings,
            fingerprints: &vec!["f".to_owned(); count],
            snapshot: &Snapshot::default(),
            files: &[],
            prefix: "",
            fails_from: Some(Level::Error),
            fixed: 0,
        })
    };
    let rows = |text: &str| text.lines().filter(|line| line.starts_with("| error |")).count();
    let whole = (1..).take_while(|count| rows(&text(*count)) == *count).last().expect("one fits");
    assert!(text(whole).len() <= limit && !text(whole).contains("more:"));
    for count in [whole + 1, whole + 1000] {
        let cut = text(count);
        assert!(cut.len() <= limit && cut.len() > limit - 2000, "{}", cut.len());
        let more = format!("\n\n… and {} more: ", count - rows(&cut));
        assert!(cut.contains(&more) && cut.ends_with("`goals check`\n"), "{count}");
    }
}

#[test]
fn github_gets_workflow_commands() {
    assert_eq!(
        sample(github),
        "\
::error file=sub/goals/2026-q4/é a.toml,line=1,endLine=1,col=9,endColumn=12,title=missing-owner::`a` is 50 %25, not <b>%0Ahelp: write `b`, or \"c\"
::warning file=sub/goals/2026-q4/é a.toml,line=2,endLine=2,col=1,endColumn=6,title=x::two
::notice file=sub/z.toml,line=1,endLine=1,col=1,endColumn=1,title=x::th\\u{1b}ree
"
    );
    assert_eq!(
        saying("a\r\n::error::b", github),
        "::error file=a%2Cb%3A%25.toml,line=1,endLine=1,col=1,endColumn=1,title=x::a\\u{d}\\u{a}::error::b\n"
    );
}

#[test]
fn github_gets_ten_of_each_level_and_a_count_of_the_rest() {
    let levels = [(Level::Error, 12), (Level::Warning, 10), (Level::Info, 10)];
    let findings: Vec<Diagnostic> = levels
        .iter()
        .flat_map(|&(level, times)| (0..times).map(move |at| (level, at)))
        .map(|(level, at)| Diagnostic {
            level,
            ..Diagnostic::new("x", format!("{at}"), Place::new("a", Span::default()))
        })
        .collect();
    let fingerprints = vec![String::new(); findings.len()];
    let text = github(&Checked {
        findings: &findings,
        fingerprints: &fingerprints,
        snapshot: &Snapshot::default(),
        files: &[],
        prefix: "",
        fails_from: None,
        fixed: 0,
    });
    let number = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!((number("::error "), number("::warning "), number("::notice ")), (10, 10, 10));
    assert_eq!(
        text.lines().last(),
        Some("::notice title=goals::3 more findings: see the log, or run goals check")
    );
}

#[test]
fn gitlab_gets_a_code_quality_report() {
    let issue = |description: &str,
                 rule: &str,
                 fingerprint: &str,
                 severity: &str,
                 path: &str,
                 line: usize| {
        serde_json::json!({
            "description": description,
            "check_name": rule,
            "fingerprint": fingerprint,
            "severity": severity,
            "location": { "path": path, "lines": { "begin": line, "end": line } },
        })
    };
    let path = "sub/goals/2026-q4/é a.toml";
    let expected = serde_json::json!([
        issue(
            "`a` is 50 %, not <b>\nhelp: write `b`, or \"c\"",
            "missing-owner",
            "f0",
            "major",
            path,
            1
        ),
        issue("two", "x", "f1", "minor", path, 2),
        issue("th\\u{1b}ree", "x", "f2", "info", "sub/z.toml", 1),
    ]);
    let text = sample(gitlab);
    let found: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(found, expected);
    assert!(text.ends_with("]\n"), "{text}");
}

#[test]
fn junit_has_a_suite_for_each_file() {
    assert_eq!(
        sample(junit),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="goals check" tests="4" failures="1" errors="0" time="0">
  <testsuite name="sub/clean.toml" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase name="no findings" classname="sub/clean" file="sub/clean.toml" time="0"/>
  </testsuite>
  <testsuite name="sub/goals/2026-q4/é a.toml" tests="2" failures="1" errors="0" skipped="1" time="0">
    <testcase name="missing-owner: `a` is 50 %, not &lt;b&gt;" classname="sub/goals/2026-q4/é a" file="sub/goals/2026-q4/é a.toml" line="1" time="0">
      <failure type="error" message="`a` is 50 %, not &lt;b&gt;">sub/goals/2026-q4/é a.toml:1:9
`a` is 50 %, not &lt;b&gt;
help: write `b`, or &quot;c&quot;</failure>
    </testcase>
    <testcase name="x: two" classname="sub/goals/2026-q4/é a" file="sub/goals/2026-q4/é a.toml" line="2" time="0">
      <skipped message="warning: two"/>
    </testcase>
  </testsuite>
  <testsuite name="sub/z.toml" tests="1" failures="0" errors="0" skipped="1" time="0">
    <testcase name="x: th\u{1b}ree" classname="sub/z" file="sub/z.toml" line="1" time="0">
      <skipped message="info: th\u{1b}ree"/>
    </testcase>
  </testsuite>
</testsuites>
"#
    );
}

#[test]
fn junit_gives_no_two_tests_of_a_file_one_name() {
    let finding = Diagnostic::new("x", "m]]>\u{ffff}", Place::new("a.toml", Span::default()));
    let findings = [finding.clone(), finding.clone(), finding];
    let text = junit(&Checked {
        findings: &findings,
        fingerprints: &["1".to_owned(), "2".to_owned(), "3".to_owned()],
        snapshot: &Snapshot::default(),
        files: &[],
        prefix: "",
        fails_from: Some(Level::Error),
        fixed: 0,
    });
    for name in ["\"x: m]]&gt;\"", "\"x: m]]&gt; (2)\"", "\"x: m]]&gt; (3)\""] {
        assert_eq!(text.matches(&format!("<testcase name={name}")).count(), 1, "{text}");
    }
}

#[test]
fn markdown_is_a_table() {
    assert_eq!(
        sample(markdown),
        "\
**1 error, 1 warning, 1 info in 2 files**

| level | finding | rule | where |
| --- | --- | --- | --- |
| error | `a` is 50 %, not \\<b\\><br>help: write `b`, or \"c\" | missing-owner | `sub/goals/2026-q4/é a.toml:1:9` |
| warning | two | x | `sub/goals/2026-q4/é a.toml:2:1` |
| info | th\\\\u\\{1b\\}ree | x | `sub/z.toml:1:1` |
"
    );
}

#[test]
fn nothing_in_markdown_acts_that_comes_from_a_file() {
    for (message, cell) in [
        ("@team", "\\@\u{2060}team"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("https://x.example", "https\\:\u{2060}//x\\.\u{2060}example"),
        ("www.x.example", "www\\.\u{2060}x\\.\u{2060}example"),
        ("[a](b) #12 !3", "\\[a\\]\\(b\\) \\#\u{2060}12 \\!\u{2060}3"),
        (":tada: GH-1", "\\:\u{2060}tada: GH-\u{2060}1"),
        ("see 0a1b2c3 in 2026-11-21", "see 0\u{2060}a1b2c3 in 2026-11-21"),
        ("a | b", "a \\| b"),
        ("`@team | x`", "`@team \\| x`"),
        ("`a\\|b`", "`a\\\u{2060}\\|b`"),
        ("a ` @b", "a \\` \\@\u{2060}b"),
        ("`a` b ` @c", "`a` b \\` \\@\u{2060}c"),
        ("**a** _b_ ~~c~~", "\\*\\*a\\*\\* \\_b\\_ \\~\\~\u{2060}c\\~\\~"),
    ] {
        let text = saying(message, markdown);
        let row = text.lines().last().expect("a row");
        assert_eq!(row, format!("| error | {cell} | x | `a,b:%.toml:1:1` |"), "{message}");
    }
}

#[test]
fn sarif_tells_places_and_fingerprints() {
    let text = sample(sarif);
    let found: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let region = |line: usize, start: usize, end: usize| serde_json::json!({ "startLine": line, "startColumn": start, "endLine": line, "endColumn": end });
    let file = |uri: &str, region: serde_json::Value| {
        serde_json::json!({
            "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" },
            "region": region,
        })
    };
    let path = "sub/goals/2026-q4/%C3%A9%20a.toml";
    assert_eq!(
        found["runs"][0]["results"],
        serde_json::json!([
            {
                "ruleId": "missing-owner",
                "ruleIndex": 0,
                "level": "error",
                "message": { "text": "`a` is 50 %, not <b>\nhelp: write `b`, or \"c\"" },
                "locations": [{ "physicalLocation": file(path, region(1, 9, 12)) }],
                "relatedLocations": [{
                    "id": 1,
                    "physicalLocation": file(path, region(3, 10, 11)),
                    "message": { "text": "compared with this" },
                }],
                "partialFingerprints": { "goals/v1": "f0", "primaryLocationLineHash": "f0" },
            },
            {
                "ruleId": "x",
                "level": "warning",
                "message": { "text": "two" },
                "locations": [{ "physicalLocation": file(path, region(2, 1, 6)) }],
                "partialFingerprints": { "goals/v1": "f1", "primaryLocationLineHash": "f1" },
            },
            {
                "ruleId": "x",
                "level": "note",
                "message": { "text": "th\\u{1b}ree" },
                "locations": [{ "physicalLocation": file("sub/z.toml", region(1, 1, 1)) }],
                "partialFingerprints": { "goals/v1": "f2", "primaryLocationLineHash": "f2" },
            },
        ])
    );
    let driver = &found["runs"][0]["tool"]["driver"];
    let page = crate::check::find("missing-owner").expect("a rule").page;
    assert_eq!(driver["rules"].as_array().map(Vec::len), Some(1));
    let rule = &driver["rules"][0];
    assert_eq!(rule["id"], "missing-owner");
    assert_eq!(rule["help"]["markdown"], page);
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    let described = rule["fullDescription"]["text"].as_str().expect("a text");
    assert!(described.starts_with("A goal has no owner. Someone") && !described.contains('#'));
    assert_eq!(found["version"], "2.1.0");
}

#[test]
fn sarif_makes_no_links_of_messages() {
    let text = saying("see [here](https://x.example)", sarif);
    assert!(text.contains(r#""see \\[here\\](https://x.example)""#), "{text}");
    assert!(saying("not in `[people]`", sarif).contains("\"not in `[people]`\""));
}

#[test]
fn statistics_count_by_rule() {
    assert_eq!(
        sample(|checked| statistics(checked.findings, Look::default())),
        "\
2  warning  x
1  error    missing-owner  a goal that nobody is accountable for
"
    );
}
