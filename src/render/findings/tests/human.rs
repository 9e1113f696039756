//! What findings look like for people.

use super::*;

/// Checks how one finding in one file looks without colour.
#[track_caller]
fn looks(finding: Diagnostic, text: &str, expected: &str) {
    let snapshot = snapshot(&[(&finding.primary.place.path, text)]);
    assert_eq!(human(&[finding], &snapshot, PLAIN), expected);
}

#[test]
fn a_finding_shows_its_line_and_its_help() {
    looks(
        bad_date().help("write `2026-02-28`"),
        PLAN,
        "\
error[bad-date]: no such day
 --> goals/2026/a.toml:3:7
  |
3 | due = 2026-02-30
  |       ^^^^^^^^^^ february 2026 has 28 days
  |
  = help: write `2026-02-28`
",
    );
}

#[test]
fn findings_stand_apart_and_none_is_nothing() {
    let place = at("a", PLAN, "p99");
    let findings = [
        with_level(Diagnostic::new("x", "one", place.clone()), Level::Warning),
        with_level(Diagnostic::new("y", "two", place), Level::Info),
    ];
    let snapshot = snapshot(&[("a", PLAN)]);
    assert_eq!(
        human(&findings, &snapshot, PLAIN),
        "\
warning[x]: one
 --> a:6:7
  |
6 | id = \"p99\"
  |       ^^^

info[y]: two
 --> a:6:7
  |
6 | id = \"p99\"
  |       ^^^
"
    );
    assert_eq!(human(&[], &snapshot, PLAIN), "");
}

#[test]
fn labels_of_one_file_share_an_excerpt() {
    looks(
        bad_date()
            .related(at("goals/2026/a.toml", PLAN, "\"ann\""), "theirs")
            .related(at("goals/2026/a.toml", PLAN, "due"), "this key")
            .related(at("goals/2026/a.toml", PLAN, "target = 2"), ""),
        PLAN,
        "\
error[bad-date]: no such day
 --> goals/2026/a.toml:3:7
  |
2 | owner = \"ann\"
  |         ----- theirs
3 | due = 2026-02-30
  | ---   ^^^^^^^^^^ february 2026 has 28 days
  | |
  | this key
...
8 | target = 2
  | ----------
",
    );
}

#[test]
fn a_label_in_another_file_comes_after_the_primary_one() {
    let finding = bad_date()
        .related(Place::new("a.toml", Span::new(7, 11)), "ends here\u{1b}[2J")
        .help("one line\nand another");
    let snapshot = snapshot(&[("goals/2026/a.toml", PLAN), ("a.toml", "x = 1\nend = 2\n")]);
    assert_eq!(
        human(&[finding], &snapshot, PLAIN),
        "\
error[bad-date]: no such day
 --> goals/2026/a.toml:3:7
  |
3 | due = 2026-02-30
  |       ^^^^^^^^^^ february 2026 has 28 days
  |
 ::: a.toml:2:2
  |
2 | end = 2
  |  ---- ends here\\u{1b}[2J
  |
  = help: one line
          and another
"
    );
}

#[test]
fn labels_far_apart_have_excerpts_of_their_own() {
    let text = format!("id = 1\n{}id = 2\n", "\n".repeat(98));
    let last = text.len() - 7;
    looks(
        Diagnostic::new("x", "twice", Place::new("a", Span::new(last, last + 2)))
            .label("again")
            .related(Place::new("a", Span::new(0, 2)), "first"),
        &text,
        "\
error[x]: twice
   --> a:100:1
    |
100 | id = 2
    | ^^ again
    |
   ::: a:1:1
    |
  1 | id = 1
    | -- first
",
    );
}

#[test]
fn a_span_of_several_lines_ends_before_its_last_line_break() {
    let table = &PLAN[PLAN.find("[[").expect("the sample holds it")..];
    looks(
        Diagnostic::new("x", "no", at("a", PLAN, table)).label("this table"),
        PLAN,
        "\
error[x]: no
 --> a:5:1
  |
5 | / [[key_result]]
6 | | id = \"p99\"
7 | | baseline = 1
8 | | target = 2
  | |__________^ this table
",
    );
}

#[test]
fn a_span_of_very_many_lines_shows_the_first() {
    let text = format!("x = [\n{}", "  1,\n".repeat(10_000));
    looks(
        Diagnostic::new("syntax", "unclosed", Place::new("a", Span::new(4, text.len()))),
        &text,
        "\
error[syntax]: unclosed
 --> a:1:5
  |
1 | x = [
  |     ^
",
    );
}

#[test]
fn byte_order_mark_and_line_endings_shift_nothing() {
    let text = "\u{feff}a = 1\r\nb = 2\r\n";
    for (what, line, shown) in [("1", 1, "a = 1"), ("2", 2, "b = 2")] {
        looks(
            Diagnostic::new("x", "no", at("a", text, what)),
            text,
            &format!("error[x]: no\n --> a:{line}:5\n  |\n{line} | {shown}\n  |     ^\n"),
        );
    }
    looks(
        Diagnostic::new("x", "no", at("a", text, "2\r\n")),
        text,
        "error[x]: no\n --> a:2:5\n  |\n2 | b = 2\n  |     ^\n",
    );
}

#[test]
fn columns_count_characters_and_carets_stand_below_wide_ones() {
    let text = "é = \"目標\" 🦀 bad\n";
    looks(
        Diagnostic::new("x", "no", at("a", text, "bad")),
        text,
        "\
error[x]: no
 --> a:1:12
  |
1 | é = \"目標\" 🦀 bad
  |               ^^^
",
    );
}

#[test]
fn tabs_are_shown_as_spaces_and_count_once() {
    let text = "\ta\t= 1";
    looks(
        Diagnostic::new("x", "no", at("a", text, "1")),
        text,
        "error[x]: no\n --> a:1:6\n  |\n1 |     a    = 1\n  |            ^\n",
    );
}

#[test]
fn a_finding_about_a_whole_file_shows_its_path_alone() {
    let start = || Diagnostic::new("x", "no", Place::new("a", Span::new(0, 0)));
    for text in ["", "\u{feff}", PLAN] {
        looks(start(), text, "error[x]: no\n --> a\n");
        looks(
            start().label("nothing in it").help("remove it"),
            text,
            "error[x]: no\n --> a\n  |\n  = note: nothing in it\n  = help: remove it\n",
        );
    }
    looks(
        Diagnostic::new("x", "no", Place::new("a", Span::new(7, 9))),
        "",
        "error[x]: no\n --> a\n",
    );
}

#[test]
fn a_file_without_text_is_shown_by_its_path() {
    let mut snapshot = snapshot(&[("a", PLAN)]);
    snapshot.insert("binary", Content::NotUtf8(3));
    snapshot.insert("large", Content::TooLarge(1 << 30));
    let finding = Diagnostic::new("syntax", "not UTF-8", Place::new("binary", Span::new(3, 4)))
        .related(at("a", PLAN, "ann"), "named here")
        .related(Place::new("large", Span::new(5, 6)), "too large")
        .related(Place::new("missing", Span::new(5, 6)), "");
    let findings = [finding];
    assert_eq!(
        human(&findings, &snapshot, PLAIN),
        "\
error[syntax]: not UTF-8
 --> binary
  |
 ::: a:2:10
  |
2 | owner = \"ann\"
  |          --- named here
  |
  = note: large: too large
  = note: see missing
"
    );
    assert_eq!(concise(&findings, &snapshot), "binary:1:1: error[syntax]: not UTF-8\n");
    let document = parsed(&findings, &snapshot);
    assert!(document["findings"][0]["start"].is_null());
    assert!(document["findings"][0]["end"].is_null());
}

#[test]
fn a_span_at_the_end_of_a_file_stands_behind_what_is_there() {
    let expected = "\
error[x]: no
 --> a:1:6
  |
1 | a = 1
  |      ^ here
";
    let end = |start, end| {
        Diagnostic::new("x", "no", Place::new("a", Span::new(start, end))).label("here")
    };
    looks(end(5, 5), "a = 1", expected);
    looks(end(5, 6), "a = 1\n", expected);
    looks(end(70, 80), "a = 1", expected);
    looks(
        end(70, 80).related(Place::new("a", Span::new(0, 1)), "there"),
        "a = 1\n",
        "\
error[x]: no
 --> a:2:1
  |
1 | a = 1
  | - there
2 |
  | ^ here
",
    );
}

#[test]
fn a_span_beyond_the_end_or_inside_a_character_is_moved() {
    looks(
        Diagnostic::new("x", "no", Place::new("a", Span::new(4, 900))),
        "a = 1",
        "error[x]: no\n --> a:1:5\n  |\n1 | a = 1\n  |     ^\n",
    );
    looks(
        Diagnostic::new("x", "no", Place::new("a", Span::new(6, 7))),
        "a = \"é\"",
        "error[x]: no\n --> a:1:6\n  |\n1 | a = \"é\"\n  |      ^\n",
    );
}

#[test]
fn hostile_text_is_inert_in_every_form() {
    let path = "goals/\u{1b}]0;x\u{7}.toml";
    let text = "a = '\u{1b}[31m\r\u{202e}' bad\n";
    let finding = Diagnostic::new("x", "found `\u{9b}2J\n\u{2066}`", at(path, text, "bad"))
        .label("\rhere")
        .help("say\u{8} so");
    let findings = [finding];
    let snapshot = snapshot(&[(path, text)]);
    assert_eq!(
        human(&findings, &snapshot, PLAIN),
        "\
error[x]: found `\\u{9b}2J\\u{a}\\u{2066}`
 --> goals/\\u{1b}]0;x\\u{7}.toml:1:15
  |
1 | a = '\\u{1b}[31m\\u{d}\\u{202e}' bad
  |                               ^^^ \\u{d}here
  |
  = help: say\\u{8} so
"
    );
    assert_eq!(
        concise(&findings, &snapshot),
        "goals/\\u{1b}]0;x\\u{7}.toml:1:15: error[x]: found `\\u{9b}2J\\u{a}\\u{2066}`\n"
    );
    let json_text = shown_json(&findings, &snapshot);
    assert!(json_text.contains(r"found `\u009b2J\n\u2066`"), "{json_text}");
    let document = parsed(&findings, &snapshot);
    assert_eq!(document["findings"][0]["path"], path);
    assert_eq!(document["findings"][0]["message"], "found `\u{9b}2J\n\u{2066}`");
}

#[test]
fn a_line_of_a_mebibyte_is_cut_around_its_label() {
    let half = 1 << 19;
    let text = format!("{}é bad {}", "x".repeat(half), "y".repeat(half));
    let finding = Diagnostic::new("x", "no", at("a", &text, "bad")).label("here");
    let mut snapshot = Snapshot::default();
    snapshot.insert("a", Content::Text(text.as_str().into()));
    let expected = format!(
        "error[x]: no\n --> a:1:{}\n  |\n1 | ...{}é bad {}...\n  | {}^^^ here\n",
        half + 3,
        "x".repeat(97),
        "y".repeat(99),
        " ".repeat(3 + 97 + 2),
    );
    assert_eq!(human(std::slice::from_ref(&finding), &snapshot, PLAIN), expected);

    let narrow = Style { width: Some(40), ..PLAIN };
    let expected = format!(
        "error[x]: no\n --> a:1:{}\n  |\n1 | ...{}é bad {}...\n  | {}^^^ here\n",
        half + 3,
        "x".repeat(9),
        "y".repeat(15),
        " ".repeat(14),
    );
    assert_eq!(human(&[finding], &snapshot, narrow), expected);
}

#[test]
fn two_labels_on_a_line_that_is_cut_are_both_seen() {
    let text = format!("bad {} worse", "x".repeat(5_000));
    let finding = Diagnostic::new("x", "no", at("a", &text, "bad"))
        .related(at("a", &text, "worse"), "and this");
    looks(
        finding,
        &text,
        &format!(
            "\
error[x]: no
 --> a:1:1
  |
1 | bad {}...
  | ^^^
  |
 ::: a:1:5006
  |
1 | ...{} worse
  |    {} ----- and this
",
            "x".repeat(99),
            "x".repeat(99),
            " ".repeat(99),
        ),
    );
}

#[test]
fn what_is_marked_is_shortened_to_a_terminal_but_not_to_a_pipe() {
    let text = format!("title = \"{}\"", "目標".repeat(40));
    let place = Place::new("a", Span::new(8, text.len()));
    let finding = Diagnostic::new("x", "no", place).label("here");
    let snapshot = snapshot(&[("a", &text)]);
    let in_width =
        |width| human(std::slice::from_ref(&finding), &snapshot, Style { width, ..PLAIN });
    assert_eq!(
        in_width(Some(60)),
        format!(
            "error[x]: no\n --> a:1:9\n  |\n1 | title = \"{}目...\n  |         {} here\n",
            "目標".repeat(8),
            "^".repeat(35),
        )
    );
    assert!(in_width(None).contains(&text));
}

#[test]
fn unicode_decor_is_used_when_asked_for() {
    let snapshot = snapshot(&[("goals/2026/a.toml", PLAN)]);
    assert_eq!(
        human(&[bad_date().help("mend it")], &snapshot, Style { unicode: true, ..PLAIN }),
        "\
error[bad-date]: no such day
  ╭▸ goals/2026/a.toml:3:7
  │
3 │ due = 2026-02-30
  │       ━━━━━━━━━━ february 2026 has 28 days
  │
  ╰ help: mend it
"
    );
}

#[test]
fn colour_is_that_of_rustc() {
    let snapshot = snapshot(&[("a", "a = 1\n")]);
    let finding = Diagnostic::new("x", "no", Place::new("a", Span::new(4, 5))).label("here");
    let shown = human(&[finding], &snapshot, Style { colour: true, ..PLAIN });
    let (bold, red, blue, off) = ("\u{1b}[1m", "\u{1b}[91m", "\u{1b}[94m", "\u{1b}[0m");
    if cfg!(not(windows)) {
        assert_eq!(
            shown,
            format!(
                "{bold}{red}error[x]{off}{bold}: no{off}\n \
                 {bold}{blue}--> {off}a:1:5\n  \
                 {bold}{blue}|{off}\n\
                 {bold}{blue}1{off} {bold}{blue}|{off} a = 1\n  \
                 {bold}{blue}|{off}     {bold}{red}^{off} {bold}{red}here{off}\n"
            )
        );
    }
}
