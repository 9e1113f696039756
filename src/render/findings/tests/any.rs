//! What holds of any findings in any texts, in every form for people and as JSON.

use proptest::prelude::*;

use super::*;

/// Texts with everything that has ever upset a renderer; some with long lines and many lines.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[a-z0-9 =\"]{1,8}",
        2 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        3 => prop::sample::select(vec![
            "\u{1b}[31m", "\u{1b}", "\r", "\t", "\u{0}", "\u{1}", "\u{1}7:7", "\u{7f}", "\u{9b}",
            "\u{202e}", "\u{2066}", "\u{2028}", "\u{feff}", "\u{200d}", "\u{200b}", "\u{e0041}",
            "e\u{301}", "é", "目標", "🦀", "👩\u{200d}🚀", "[", "]", "//", "   ",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    let times = prop_oneof![12 => Just(1_usize), 1 => 2..400_usize];
    prop::collection::vec((piece, times), 0..24)
        .prop_map(|pieces| pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect())
}

fn any_label() -> impl Strategy<Value = Label> {
    let offset = || prop_oneof![0..60_usize, 0..4000_usize];
    let path = prop::sample::select(vec!["a", "b\u{1b}\u{1}", "binary", "missing\u{202e}"]);
    (path, offset(), offset(), any_text()).prop_map(|(path, start, end, text)| Label {
        place: Place::new(path, Span::new(start, end)),
        text,
    })
}

fn any_finding() -> impl Strategy<Value = Diagnostic> {
    let level = prop::sample::select(vec![Level::Error, Level::Warning, Level::Info]);
    let related = prop::collection::vec(any_label(), 0..5);
    (level, any_text(), any_label(), related, prop::option::of(any_text())).prop_map(
        |(level, message, primary, related, help)| Diagnostic {
            rule: "some-rule",
            level,
            message,
            primary,
            related,
            help,
            fix: None,
            guess: None,
        },
    )
}

fn any_style() -> impl Strategy<Value = Style> {
    let width = prop::option::of(prop_oneof![0..30_usize, 0..300_usize, Just(usize::MAX)]);
    (width, any::<bool>()).prop_map(|(width, unicode)| Style { colour: false, width, unicode })
}

fn trimmed(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_finding_in_any_text_is_shown_and_inert(
        texts in (any_text(), any_text()),
        findings in prop::collection::vec(any_finding(), 0..3),
        style in any_style(),
    ) {
        let mut snapshot = snapshot(&[("a", &texts.0), ("b\u{1b}\u{1}", &texts.1)]);
        snapshot.insert("binary", Content::NotUtf8(2));
        let plain = human(&findings, &snapshot, style);
        let lines = concise(&findings, &snapshot);
        let document = shown_json(&findings, &snapshot);
        for text in [&plain, &lines, &document, &summary(&checked(&findings, &[], &snapshot))] {
            let raw = text.chars().find(|c| *c != '\n' && is_hostile(*c));
            prop_assert_eq!(raw, None, "{}", text);
        }
        prop_assert_eq!(lines.lines().count(), findings.len());
        let titles = plain.lines().filter(|line| line.contains("[some-rule]:")).count();
        prop_assert_eq!(titles, findings.len());

        let coloured = human(&findings, &snapshot, Style { colour: true, ..style });
        let stripped = anstream::adapter::strip_str(&coloured).to_string();
        prop_assert_eq!(trimmed(&stripped), trimmed(&plain));

        let document: serde_json::Value = serde_json::from_str(&document).expect("it is JSON");
        for (finding, view) in findings.iter().zip(document["findings"].as_array().expect("a list")) {
            prop_assert_eq!(view["message"].as_str(), Some(finding.message.as_str()));
            prop_assert_eq!(view["path"].as_str(), Some(finding.primary.place.path.as_str()));
        }
    }

    #[test]
    fn every_form_names_the_same_line_and_column(text in any_text(), label in any_label()) {
        let place = Place::new("a", label.place.span);
        let findings = [Diagnostic::new("r", "m", place)];
        let snapshot = snapshot(&[("a", &text)]);
        let start = &parsed(&findings, &snapshot)["findings"][0]["start"];
        let expected = format!("a:{}:{}", start["line"], start["column"]);
        prop_assert_eq!(concise(&findings, &snapshot), format!("{expected}: error[r]: m\n"));
        let shown = human(&findings, &snapshot, PLAIN);
        let place = shown.lines().nth(1).map(|line| line.trim_start_matches([' ', '-', '>']));
        prop_assert!(place == Some(expected.as_str()) || place == Some("a"), "{}", shown);
    }
}
