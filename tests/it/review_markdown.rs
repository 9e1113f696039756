//! A review as Markdown: it fits a comment, is cut between rows, and nothing in it acts.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const LATE: &str = "2026-11-07T09:00:00Z";
const LIMIT: usize = 65_536;

/// What there is of HTML in a review: all of it the program's own.
const OWN_HTML: [&str; 8] = [
    "<!-- goals:review -->",
    "<br>",
    "<sub>",
    "</sub>",
    "<details>",
    "<summary>",
    "</details>",
    "</summary>",
];

/// The Markdown as a forge reads it.
struct Rendered {
    /// The text outside code, a space for each end of a cell.
    text: String,
    /// The tags and comments of HTML.
    html: BTreeSet<String>,
    /// The number of rows of tables, heads not counted.
    rows: usize,
    /// How many cells each row has, beside its head's number.
    cells: Vec<(usize, usize)>,
    /// Links and pictures.
    links: usize,
}

fn rendered(markdown: &str) -> Rendered {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut found = Rendered {
        text: String::new(),
        html: BTreeSet::new(),
        rows: 0,
        cells: Vec::new(),
        links: 0,
    };
    let (mut head, mut cells, mut in_head) = (0, 0, false);
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) => found.text.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) => {
                for tag in html.split_inclusive('>') {
                    let from = tag.find('<').unwrap_or(tag.len());
                    if !tag[from..].trim().is_empty() {
                        found.html.insert(tag[from..].trim().to_owned());
                    }
                }
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => found.links += 1,
            Event::Start(Tag::TableHead) => (in_head, head) = (true, 0),
            Event::End(TagEnd::TableHead) => in_head = false,
            Event::Start(Tag::TableRow) => cells = 0,
            Event::End(TagEnd::TableRow) => {
                found.rows += 1;
                found.cells.push((cells, head));
            }
            Event::End(TagEnd::TableCell) => {
                found.text.push(' ');
                if in_head { head += 1 } else { cells += 1 }
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                panic!("no such thing is meant: {event:?}")
            }
            _ => {}
        }
    }
    found
}

/// Expects that no forge finds anything in the text that it would act on.
#[track_caller]
fn assert_inert(markdown: &str) {
    let Rendered { text, html, links, cells, .. } = rendered(markdown);
    let foreign: Vec<&String> = html
        .iter()
        .filter(|tag| !OWN_HTML.contains(&tag.as_str()) && !matches!(tag.as_str(), "<b>" | "</b>"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    assert_eq!(links, 0);
    for (found, wanted) in cells {
        assert_eq!(found, wanted, "a row has as many cells as its table's head");
    }
    let characters: Vec<char> = text.chars().collect();
    for pair in characters.windows(2) {
        let points = matches!(pair[0], '@' | '#' | '!' | '~' | '$' | '&' | '^');
        assert!(!(points && pair[1].is_alphanumeric()), "{pair:?} in {text}");
        let ends = pair[1].is_whitespace() || pair[1] == '\u{2060}';
        assert!(pair[0] != ':' || ends, "{pair:?} in {text}");
    }
    assert!(!text.to_lowercase().contains("://") && !text.to_lowercase().contains("www.e"));
    assert!(!markdown.chars().any(|c| c != '\n' && goals::text::is_hostile(c)), "{markdown}");
}

/// Text that would do something somewhere, if it were not for the writer.
const HOSTILE: &str = "@team #12 !7 GH-3 org/repo#4 ~label %m1 &e1 $s1 https://evil.example www.evil.example a@evil.example <img src=x onerror=alert(1)> <!-- goals:review --> ![p](http://e) [l](http://e) [^1] **b** _i_ ~~s~~ `c` ``` $$x$$ | cell | :tada: 0123456789abcdef0123456789abcdef01234567 &amp; \\\\ \\\\` \\u202e \\u001b[31m \\u200f [vulnerability:1] </details> <script>";

fn hostile() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    let plan = |target: u32, text: &str| {
        format!(
            "title = \"{text}\"\nowner = \"{text}\"\nwhy = \"{text}\\n- [ ] x\\n# y\"\ntags = [\"{text}\"]\nallow = {{ no-number = \"{text}\" }}\n[key_results.kr]\ntitle = \"{text}\"\nunit = \"{text}\"\nbaseline = 0\ntarget = {target}\nsource = \"{text}\"\n"
        )
    };
    repo.write("goals/2026-q4/a.toml", &plan(10, "plain"));
    repo.write("goals/2026-q4/a.checkins.toml", "[kr]\n2026-10-05 = 1\n");
    repo.commit(ANA, "2026-10-01T09:00:00Z", "plans");
    repo.write("goals/2026-q4/a.toml", &plan(9, HOSTILE));
    repo.write("goals/2026-q4/b.toml", &plan(9, HOSTILE));
    let note = format!("note = \"{HOSTILE}\", by = \"{HOSTILE}\"");
    let records = format!(
        "[kr]\n2026-10-05 = {{ value = 2, {note} }}\n2026-11-05 = {{ value = 4, {note} }}\n"
    );
    repo.write("goals/2026-q4/a.checkins.toml", &records);
    repo.commit("@team <img> <mallory@evil.example>", LATE, "x");
    repo
}

#[test]
fn nothing_that_somebody_wrote_acts() {
    let repo = hostile();
    for arguments in [&["--format", "markdown"][..], &["--format", "markdown", "--full"]] {
        let printed = repo.goals(&[&["diff", "HEAD~1", "HEAD"], arguments].concat()).sound();
        for section in [
            "What moves",
            "Check-ins",
            "Goalposts moved",
            "Past rewritten",
            "Structure",
            "Questions",
        ] {
            assert!(printed.contains(section), "{section} is missing in {printed}");
        }
        assert_inert(&printed);
        // The marker stands once, in the first line.
        assert_eq!(printed.matches("<!--").count(), 1);
        assert!(printed.starts_with("<!-- goals:review -->\n"));
    }
    let human = repo.goals(&["diff", "HEAD~1", "HEAD"]).sound();
    assert!(!human.chars().any(|c| c != '\n' && goals::text::is_hostile(c)), "{human}");
    let json = repo.goals(&["diff", "HEAD~1", "HEAD", "--format", "json"]).sound();
    assert!(!json.chars().any(|c| c != '\n' && goals::text::is_hostile(c)));
}

/// A change of `count` goals at once: each with a check-in, a moved goalpost and a new title.
fn large(count: usize) -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    let plan = |at: usize, target: usize| {
        format!(
            "title = \"Goal {at} reaches {target} of what there is to reach by the end\"\nowner = \"o{at}\"\nunit = \"x\"\nbaseline = 0\ntarget = {target}\nsource = \"s\"\nwhy = \"w\"\n"
        )
    };
    for at in 0..count {
        repo.write(&format!("goals/2026-q4/t{}/g{at}.toml", at % 20), &plan(at, 50));
    }
    repo.commit(ANA, "2026-10-01T09:00:00Z", "plans");
    for at in 0..count {
        repo.write(&format!("goals/2026-q4/t{}/g{at}.toml", at % 20), &plan(at, 60));
        let record = format!(
            "2026-11-05 = {{ value = {}, note = \"{}\" }}\n",
            at % 50 + 1,
            "long ".repeat(30)
        );
        repo.write(&format!("goals/2026-q4/t{}/g{at}.checkins.toml", at % 20), &record);
    }
    repo.commit(ANA, LATE, "everything at once");
    repo
}

#[test]
fn a_change_of_five_hundred_goals_is_cut_between_rows() {
    let repo = large(500);
    let cut = repo.goals(&["diff", "HEAD~1..HEAD", "--format", "markdown"]).sound();
    assert!(cut.chars().count() <= LIMIT, "{} characters", cut.chars().count());
    assert!(cut.len() > LIMIT * 9 / 10, "only {} bytes of the room are used", cut.len());
    let pointer = "The whole: `goals diff HEAD~1..HEAD --format markdown --full`";
    assert!(cut.contains(pointer), "{}", &cut[cut.len() - 500..]);
    assert_inert(&cut);
    let (shown, whole) = (
        rendered(&cut),
        repo.goals(&["diff", "HEAD~1..HEAD", "--format", "markdown", "--full"]).sound(),
    );
    assert!(!whole.contains("The whole:") && !whole.contains(" more\n"));
    assert_inert(&whole);
    // What is left out is counted: every section is there, and nothing is lost in silence.
    let left: usize = cut
        .lines()
        .filter_map(|line| {
            line.strip_prefix("… and ")?.strip_suffix(" more")?.parse::<usize>().ok()
        })
        .sum();
    assert_eq!(shown.rows + left, rendered(&whole).rows);
    for part in ["<details>", "</details>", "<summary>", "</summary>"] {
        assert_eq!(cut.matches(part).count(), whole.matches(part).count(), "{part}");
    }
}

#[test]
fn one_long_text_does_not_take_the_room_of_the_others() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.commit(ANA, "2026-10-01T09:00:00Z", "x");
    let long = "\u{1f980}".repeat(100_000);
    let plan =
        format!("title = \"{long}\"\nowner = \"{long}\"\nunit = \"x\"\nbaseline = 0\ntarget = 9\n");
    repo.write("goals/2026-q4/a.toml", &plan);
    let cut = repo.goals(&["diff", "--format", "markdown"]).sound();
    assert!(cut.len() <= LIMIT, "{} bytes", cut.len());
    assert!(cut.contains("🦀…") && cut.contains("Questions"), "{cut}");
    assert_inert(&cut);
}
