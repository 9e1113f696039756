//! What holds for the site as a whole: inert, whole, the same each time, and open to the workspace's own templates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::civil::date;

pub(super) use super::example::Files;
use super::example::{self, TODAY, full, hostile, rendered_with, with_history, workspace};
use super::link;
use crate::date::Date;
use crate::history::History;
use crate::pipeline::{self, Source, Workspace};
use crate::repo::Depth;

/// The pages of a workspace, held to everything that holds for all pages.
pub(super) fn rendered(workspace: &Workspace, history: Option<&History>, as_of: Date) -> Files {
    let files = example::rendered(workspace, history, as_of);
    assert_inert(&files);
    assert_one_script(&files);
    assert_ids(&files);
    assert_closed(&files);
    assert!(follow_links(&files) >= 3);
    assert_whole_in_one_page(&files);
    for (path, page) in html(&files) {
        for text in texts(before_rules(page)) {
            let is_foreign = text.contains("alert(1)");
            let wrong = ["NaN", "{{", "Some("].iter().any(|wrong| text.contains(wrong));
            let words = ["inf", "∞", "null"].contains(&text.as_str());
            assert!(!words && (!wrong || is_foreign), "{path}: {text}");
        }
    }
    files
}

/// The feed is held to XML by hand: entities are those that XML knows, and no character is one that it forbids.
pub(super) fn assert_xml(text: &str) {
    const KNOWN: [&str; 5] = ["amp;", "lt;", "gt;", "quot;", "#39;"];
    for after in text.split('&').skip(1) {
        assert!(KNOWN.iter().any(|known| after.starts_with(known)), "&{after:.20}");
    }
    let is_legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    let illegal = text.chars().find(|c| !is_legal(*c));
    assert_eq!(illegal, None);
}

/// A page without the pages of rules, some of which speak of such numbers.
fn before_rules(page: &str) -> &str {
    let heading = ["id=\"rules\">", "::rules\">The rules"];
    heading.iter().find_map(|heading| page.split_once(heading)).map_or(page, |(told, _)| told)
}

/// The texts of a page between its tags, with entities as characters.
pub(super) fn texts(page: &str) -> Vec<String> {
    page.split('>')
        .filter_map(|part| part.split('<').next())
        .map(|text| {
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            text.replace("&#39;", "'").replace("&amp;", "&").trim().to_owned()
        })
        .filter(|text| !text.is_empty())
        .collect()
}

/// The pages.
fn html(files: &Files) -> impl Iterator<Item = (&String, &String)> {
    files.iter().filter(|(path, _)| path.ends_with(".html"))
}

/// The images and the feed beside the pages.
fn beside(files: &Files) -> impl Iterator<Item = (&String, &String)> {
    files.iter().filter(|(path, _)| path.ends_with(".svg") || path.ends_with(".xml"))
}

/// The tags of a page, each from `<` to `>`; quoted attributes may hold a `>`.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let tag = &rest[start..];
        let mut quoted = false;
        let end = tag
            .char_indices()
            .find(|(_, c)| {
                quoted ^= *c == '"';
                *c == '>' && !quoted
            })
            .map_or(tag.len(), |(index, _)| index + 1);
        tags.push(&tag[..end]);
        rest = &tag[end..];
    }
    tags
}

/// The name of a tag, without its slash.
fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches(['<', '/']);
    &inner[..inner
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '!' | '?'))
        .unwrap_or(inner.len())]
}

/// The attributes of a tag, names and values as written.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some(equals) = rest.find("=\"") {
        let key = rest[..equals].rsplit(char::is_whitespace).next().unwrap_or("");
        let value = &rest[equals + 2..];
        let end = value.find('"').unwrap_or(value.len());
        found.push((key, &value[..end]));
        rest = &value[(end + 1).min(value.len())..];
    }
    found
}

fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    tags(page)
        .into_iter()
        .flat_map(attributes)
        .filter(|(key, _)| *key == attribute)
        .map(|(_, value)| value)
        .collect()
}

/// Holds every page to the tags, attributes and addresses that the templates write themselves.
fn assert_inert(files: &Files) {
    const OF_FEEDS: &[&str] = &[
        "?xml",
        "feed",
        "entry",
        "id",
        "title",
        "updated",
        "published",
        "link",
        "author",
        "name",
        "content",
        "generator",
    ];
    const ALLOWED: &[&str] = &[
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "link",
        "body",
        "a",
        "header",
        "div",
        "svg",
        "path",
        "circle",
        "span",
        "nav",
        "ol",
        "li",
        "ul",
        "p",
        "time",
        "main",
        "section",
        "article",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "b",
        "strong",
        "em",
        "code",
        "footer",
        "rect",
        "line",
        "text",
        "desc",
        "g",
        "figure",
        "figcaption",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "abbr",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
        "br",
        "del",
        "ins",
        "bdi",
        "script",
        "form",
        "label",
        "input",
        "select",
        "option",
        "button",
        "pre",
        "small",
    ];
    for (path, page) in html(files).chain(beside(files)) {
        let allowed = if path.ends_with(".xml") { OF_FEEDS } else { ALLOWED };
        for tag in tags(page) {
            assert!(allowed.contains(&name(tag)), "{path}: {tag}");
            for (key, value) in attributes(tag) {
                assert!(!key.starts_with("on") && key != "style", "{path}: {tag}");
                let own = match key {
                    "src" => name(tag) == "script" && resolved(path, value) == link::SCRIPT,
                    "action" => resolved(path, value) == link::SEARCH,
                    _ => true,
                };
                assert!(own, "{path}: {tag}");
                let value = value.trim().to_ascii_lowercase();
                let active = ["javascript:", "data:", "vbscript:", "//"]
                    .iter()
                    .any(|start| value.starts_with(start));
                assert!(!(key == "href" && active), "{path}: {tag}");
            }
        }
        assert!(!page.contains(['\u{202E}', '\u{202C}', '\0']), "{path}");
        let told = before_rules(page);
        assert!(!told.contains("NaN") && !told.contains(">inf<"), "{path}");
    }
}

/// Holds every page to one script, which has no text of its own.
fn assert_one_script(files: &Files) {
    for (path, page) in html(files) {
        assert_eq!(page.matches("<script").count(), 1, "{path}");
        assert!(page.contains("defer></script>"), "{path}");
    }
}

/// Follows every link inside the site, and returns how many there are.
fn follow_links(files: &Files) -> usize {
    let mut followed = 0;
    for (path, page) in html(files) {
        for href in [values(page, "href"), values(page, "src")].concat() {
            if href.starts_with("http") || href.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = href.split_once('#').unwrap_or((href, ""));
            let target = if file.is_empty() { path.clone() } else { resolved(path, file) };
            let found =
                files.get(&target).unwrap_or_else(|| panic!("{path}: {href} leads to {target}"));
            let there = anchor.is_empty() || values(found, "id").contains(&anchor);
            assert!(there, "{path}: {href}");
            followed += 1;
        }
    }
    followed
}

/// The path that a relative address means on the page `from`.
fn resolved(from: &str, address: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{from}: {address} leaves the site"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Holds every page to ids that are used once and labels that are there.
fn assert_ids(files: &Files) {
    for (path, page) in html(files) {
        let mut ids = values(page, "id");
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path}");
        let named = ["aria-labelledby", "aria-describedby"].map(|name| values(page, name));
        for label in named.iter().flatten().flat_map(|value| value.split(' ')) {
            assert!(ids.binary_search(&label).is_ok(), "{path}: {label}");
        }
    }
}

/// Holds the report in one page to the same: inert, whole, every link with an end.
fn assert_whole_in_one_page(files: &Files) {
    let bytes = |(path, text): (&String, &String)| (path.clone(), text.clone().into_bytes());
    let pages: Vec<(String, Vec<u8>)> = files.iter().map(bytes).collect();
    let page = super::single::join(&pages);
    // Style is no markup, and checked where it is joined.
    let (head, rest) = page.split_once("<style>").expect("the style is in it");
    let (_, rest) = rest.split_once("</style>").expect("it ends");
    let (rest, script) = rest.rsplit_once("<script>").expect("the script is in it");
    let (_, foot) = script.split_once("</script>").expect("it ends");
    let page = [head, rest, foot].concat();
    let one = Files::from([("report.html".to_owned(), page)]);
    assert_inert(&one);
    assert_ids(&one);
    assert_closed(&one);
    let page = &one["report.html"];
    let ids: BTreeSet<&str> = values(page, "id").into_iter().collect();
    for href in values(page, "href").into_iter().filter(|href| href.starts_with('#')) {
        assert!(ids.contains(&href[1..]), "{href}");
    }
}

/// Holds every page to tags that are closed in order.
fn assert_closed(files: &Files) {
    const VOID: [&str; 7] = ["!doctype", "?xml", "meta", "link", "br", "hr", "input"];
    for (path, page) in html(files).chain(beside(files)) {
        let mut open = Vec::new();
        for tag in tags(page) {
            match name(tag) {
                name if VOID.contains(&name) || tag.ends_with("/>") => {}
                name if tag.starts_with("</") => {
                    assert_eq!(open.pop(), Some(name), "{path}: {tag}")
                }
                name => open.push(name),
            }
        }
        assert!(open.is_empty(), "{path}: {open:?}");
    }
}

#[test]
fn every_page_loads_only_the_reports_own_files_and_says_its_language() {
    for (path, page) in html(&rich()) {
        for part in [
            "<html lang=\"en\">",
            "default-src 'none'; style-src 'self' file:; script-src 'self' file:; base-uri 'none'",
            "form-action 'none'",
            "name=\"viewport\"",
            "<main id=\"main\"",
            "href=\"#main\"",
        ] {
            assert!(page.contains(part), "{path}: {part}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        let tables = page.matches("<table class=").count();
        assert_eq!(tables, page.matches("<caption").count(), "{path}");
    }
}

#[test]
fn every_page_leads_to_the_same_pages_and_marks_itself() {
    for (path, page) in html(&rich()) {
        let nav = page.split("<nav class=\"nav\"").nth(1).expect("there is a navigation");
        let nav = nav.split("</nav>").next().unwrap_or(nav);
        let led_to: Vec<String> =
            values(nav, "href").iter().map(|href| resolved(path, href)).collect();
        let expected: Vec<&str> = link::NAVIGATION.iter().map(|(_, to)| *to).collect();
        assert_eq!(led_to, expected, "{path}");
        let marked = usize::from(expected.contains(&path.as_str()));
        assert_eq!(nav.matches("aria-current=\"page\"").count(), marked, "{path}");
    }
}

#[test]
fn controls_that_need_the_script_are_hidden_without_it() {
    for (path, page) in html(&rich()) {
        let forms =
            tags(page).into_iter().filter(|tag| name(tag) == "form" && !tag.starts_with("</"));
        for form in forms {
            assert!(form.ends_with(" hidden>"), "{path}: {form}");
        }
        let controls = ["<input", "<select", "<button"];
        let outside = page.split("<form").map(|part| part.split("</form>").last().unwrap_or(part));
        for part in outside {
            assert!(!controls.iter().any(|control| part.contains(control)), "{path}");
        }
    }
}

#[test]
fn every_label_has_its_control() {
    for (path, page) in html(&rich()) {
        let ids = values(page, "id");
        for label in values(page, "for") {
            assert!(ids.contains(&label), "{path}: {label}");
        }
        let controls = page.matches("<input").count() + page.matches("<select").count();
        assert_eq!(values(page, "for").len(), controls, "{path}");
    }
}

#[test]
fn the_rules_of_the_style_sheet_stand_where_they_seem_to() {
    let style = &rich()["style.css"];
    let mut depth = 0;
    for (at, line) in style.lines().enumerate() {
        let is_heading = line.starts_with("/*");
        assert!(!is_heading || depth == 0, "line {}: a block above is still open", at + 1);
        depth += line.matches('{').count();
        depth -= line.matches('}').count();
    }
    assert_eq!(depth, 0, "a block is still open at the end");
}

#[test]
fn every_chart_has_its_table() {
    for (path, page) in html(&rich()) {
        let cards = page.split("<article").filter_map(|card| card.split("</article>").next());
        for card in cards.filter(|card| card.contains("<svg class=\"chart\"")) {
            let points = card.split("<g class=\"points").nth(1).unwrap_or_default();
            let recorded = !points.starts_with("\"></g>");
            assert!(!recorded || card.contains("<table class=\"records\""), "{path}");
        }
    }
}

#[test]
fn a_status_is_told_by_word_and_shape() {
    const KEYS: [&str; 10] = [
        "achieved",
        "at-risk",
        "draft",
        "dropped",
        "missed",
        "off-track",
        "on-track",
        "pending",
        "stale",
        "upcoming",
    ];
    let files = rich();
    let rules = |key: &str| -> Vec<&str> {
        let is_own = |line: &&str| line.contains(&format!(".tone-{key}"));
        let own = files["style.css"].lines().filter(is_own);
        own.filter_map(|line| line.split_once("--mark")).map(|(_, mark)| mark).collect()
    };
    let shapes: BTreeSet<Vec<&str>> = KEYS.into_iter().map(rules).collect();
    assert_eq!(shapes.len(), KEYS.len(), "{shapes:?}");
    for (path, page) in html(&files) {
        let rows = page.split("class=\"kr tone-").skip(1);
        for marked in page.split("class=\"status").skip(1).chain(rows) {
            let text = texts(marked.split_once('>').map_or(marked, |(_, text)| text));
            let text = text[..2].join(" ").to_ascii_lowercase();
            let is_told = KEYS.iter().any(|key| text.contains(&key.replace('-', " ")));
            assert!(is_told, "{path}: {text}");
        }
    }
}

/// Every kind of goal and measure, without a history.
fn rich() -> Files {
    rendered(&full(), None, TODAY)
}

#[test]
fn every_page_has_its_file() {
    let files = rich();
    for path in [
        "index.html",
        "style.css",
        "report.js",
        "search.html",
        "cycles/2026-q4.html",
        "teams/engineering.platform.html",
        "people/ana.html",
        "goals/2026-q4/calm.html",
    ] {
        assert!(files.contains_key(path), "{path}");
    }
}

#[test]
fn hostile_text_is_inert_on_every_page() {
    let files = rendered(&hostile(), None, TODAY);
    for path in
        ["index.html", "goals/2026-q4/evil.html", "goals/2026-q4/live.html", "cycles/2026-q4.html"]
    {
        assert!(files[path].contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{path}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(rich(), rich());
}

#[test]
fn a_degraded_history_is_told_on_every_page_with_its_cure() {
    let day = date(2026, 9, 20);
    for (depth, is_told) in [(Depth::Shallow, true), (Depth::Complete, false)] {
        let (workspace, history) = with_history(depth);
        for (path, page) in html(&rendered(&workspace, Some(&history), day)) {
            assert_eq!(page.contains("git fetch --unshallow"), is_told, "{path}");
            assert!(!page.contains("There is no history."), "{path}");
        }
    }
    for (path, page) in html(&rendered(&workspace(&[]), None, TODAY)) {
        assert!(page.contains("There is no history."), "{path}");
    }
}

/// The pages of the full workspace with a template of its own, or the mistake in it.
fn overridden(name: &str, text: &str) -> Result<Files, super::TemplateError> {
    let overrides = BTreeMap::from([(name.to_owned(), text.to_owned())]);
    rendered_with(&full(), None, TODAY, &overrides)
}

#[test]
fn a_template_of_the_workspace_takes_one_built_in_ones_place() {
    let own = "{% extends \"builtin/goal.html\" %}{% block footer %}<p>{{ page.reference }}</p>{% endblock footer %}";
    let changed = overridden("goal.html", own).expect("the template is sound");
    let goal = &changed["goals/2026-q4/calm.html"];
    assert!(goal.contains("<p>2026-q4/calm</p>") && !goal.contains("Made by goals"));
    assert_eq!(changed["index.html"], rich()["index.html"]);
}

#[test]
fn a_replaced_base_serves_the_built_in_pages() {
    let own = "<title>{% block title %}{% endblock %}</title>{% block main %}{% endblock %}mine";
    let changed = overridden("base.html", own).expect("the template is sound");
    assert!(changed["cycles/2026.html"].ends_with("mine"));
}

#[test]
fn an_error_in_a_template_names_file_line_and_column() {
    let error = overridden("cycle.html", "<p>\n  {{ page.nonesuch }}</p>")
        .expect_err("there is no such field");
    assert_eq!(
        (error.template.as_str(), error.line, error.column),
        ("cycle.html", Some(2), Some(11)),
        "{error}"
    );
    assert!(error.message.contains("nonesuch"), "{error}");
}

/// Writes pages to where a browser can open them.
fn write(name: &str, files: Files) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/site-built").join(name);
    for (path, page) in files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder"))
            .expect("target can be written");
        fs::write(file, page).expect("target can be written");
    }
    assert!(folder.join("index.html").is_file());
}

#[test]
fn built_sites_can_be_looked_at() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/quarter");
    let quarter = pipeline::read(Source::Folder(&root)).expect("the quarter is there");
    for as_of in [date(2025, 8, 15), date(2025, 10, 10)] {
        write(&as_of.to_string(), rendered(&quarter, None, as_of));
    }
    let (workspace, history) = with_history(Depth::Complete);
    write("history", rendered(&workspace, Some(&history), date(2026, 9, 20)));
    write("kinds", rendered(&full(), None, TODAY));
}
