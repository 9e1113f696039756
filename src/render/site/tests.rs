//! What holds for the site as a whole: inert, whole, the same each time, and open to the workspace's own templates.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::sample::{HOSTILE, empty_site, site};
use super::{Site, pages};

pub(super) type Files = BTreeMap<String, String>;

pub(super) fn files(site: &Site) -> Files {
    let pages = pages(site, &BTreeMap::new()).expect("the built-in templates are sound");
    pages
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("pages are text")))
        .collect()
}

pub(super) fn html(files: &Files) -> impl Iterator<Item = (&String, &String)> {
    files.iter().filter(|(path, _)| path.ends_with(".html"))
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
    &inner[..inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '!').unwrap_or(inner.len())]
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

#[test]
fn every_page_has_its_file() {
    let site = site();
    let files = files(&site);
    let expected = 2 + site.cycles.len() + site.teams.len() + site.goals.len();
    assert_eq!(files.len(), expected);
    for path in [
        "index.html",
        "style.css",
        "cycles/2026-q4.html",
        "teams/2026-q4/engineering.platform.html",
        "goals/2026-q4/calm-deploys.html",
    ] {
        assert!(files.contains_key(path), "{path}");
    }
}

/// Holds every page to the tags, attributes and addresses that the templates write themselves.
pub(super) fn assert_inert(files: &Files) {
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
        "polyline",
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
    ];
    for (path, page) in html(files) {
        for tag in tags(page) {
            assert!(ALLOWED.contains(&name(tag)), "{path}: {tag}");
            for (key, value) in attributes(tag) {
                assert!(!key.starts_with("on") && key != "style" && key != "src", "{path}: {tag}");
                let value = value.trim().to_ascii_lowercase();
                let active = ["javascript:", "data:", "vbscript:", "//"]
                    .iter()
                    .any(|start| value.starts_with(start));
                assert!(!(key == "href" && active), "{path}: {tag}");
            }
        }
        assert!(!page.contains(['\u{202E}', '\u{202C}', '\0']), "{path}");
        assert!(!page.contains("NaN") && !page.contains(">inf"), "{path}");
    }
}

#[test]
fn hostile_text_is_inert_on_every_page() {
    let files = files(&site());
    assert_inert(&files);
    let goal = &files["goals/2026-q4/hostile.html"];
    assert!(goal.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(HOSTILE.contains("<script>"));
}

/// Follows every link inside the site, and returns how many there are.
pub(super) fn follow_links(files: &Files) -> usize {
    let mut followed = 0;
    for (path, page) in html(files) {
        for href in values(page, "href") {
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

#[test]
fn all_links_inside_the_site_lead_somewhere() {
    for site in [site(), empty_site()] {
        assert!(follow_links(&files(&site)) >= 3);
    }
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
pub(super) fn assert_ids(files: &Files) {
    for (path, page) in html(files) {
        let mut ids = values(page, "id");
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path}");
        for label in values(page, "aria-labelledby").iter().flat_map(|value| value.split(' ')) {
            assert!(ids.binary_search(&label).is_ok(), "{path}: {label}");
        }
    }
}

#[test]
fn ids_are_used_once_a_page() {
    assert_ids(&files(&site()));
}

/// Holds every page to tags that are closed in order.
pub(super) fn assert_closed(files: &Files) {
    const VOID: [&str; 5] = ["!doctype", "meta", "link", "br", "hr"];
    for (path, page) in html(files) {
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
fn every_tag_is_closed_in_order() {
    for site in [site(), empty_site()] {
        assert_closed(&files(&site));
    }
}

#[test]
fn every_page_forbids_scripts_and_says_its_language() {
    for (path, page) in html(&files(&site())) {
        for part in [
            "<html lang=\"en\">",
            "default-src 'none'; style-src 'self'",
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
fn the_same_site_gives_the_same_bytes() {
    assert_eq!(files(&site()), files(&site()));
}

#[test]
fn an_empty_site_says_how_to_begin() {
    let files = files(&empty_site());
    assert!(files["index.html"].contains("Nothing is under way"));
    assert!(files["index.html"].contains("There is no history."));
}

#[test]
fn a_degraded_history_is_told_on_every_page_with_its_cure() {
    let mut shallow = site();
    shallow.info.history = "shallow".to_owned();
    for (path, page) in html(&files(&shallow)) {
        assert!(page.contains("git fetch --unshallow"), "{path}");
    }
    for (path, page) in html(&files(&site())) {
        assert!(!page.contains("git fetch --unshallow"), "{path}");
    }
}

#[test]
fn every_chart_has_its_table() {
    for (path, page) in html(&files(&site())) {
        for card in page.split("<article").filter(|card| card.contains("<svg class=\"chart\"")) {
            let recorded = card.contains("<circle class=\"record")
                || card.contains("class=\"outside\" d=\"M-4");
            assert_eq!(recorded, card.contains("<table class=\"records\""), "{path}");
        }
    }
}

#[test]
fn a_status_is_told_by_word_and_shape() {
    for (path, page) in html(&files(&site())) {
        let statuses = page.split("<span class=\"status tone-").skip(1);
        for status in statuses {
            let status = status.split("</li>").next().unwrap_or(status);
            let status = status.split("<h3").next().unwrap_or(status);
            let word = status.split('"').next().unwrap_or("").replace('-', " ");
            let told = status.to_ascii_lowercase().matches(&word).count();
            assert!(status.contains("<svg class=\"mark\"") && told > 0, "{path}: {status}");
        }
    }
}

#[test]
fn a_template_of_the_workspace_takes_one_built_in_ones_place() {
    let own = "{% extends \"builtin/goal.html\" %}{% block footer %}<p>{{ page.reference }}</p>{% endblock footer %}";
    let overrides = BTreeMap::from([("goal.html".to_owned(), own.to_owned())]);
    let changed = pages(&site(), &overrides).expect("the template is sound");
    let goal = String::from_utf8(changed["goals/2026-q4/calm-deploys.html"].clone())
        .expect("pages are text");
    assert!(goal.contains("<p>2026-q4/calm-deploys</p>") && !goal.contains("Made by goals"));
    assert_eq!(changed["index.html"], files(&site())["index.html"].as_bytes());
}

#[test]
fn a_replaced_base_serves_the_built_in_pages() {
    let own = "<title>{% block title %}{% endblock %}</title>{% block main %}{% endblock %}mine";
    let overrides = BTreeMap::from([("base.html".to_owned(), own.to_owned())]);
    let changed = pages(&site(), &overrides).expect("the template is sound");
    assert!(changed["cycles/2026.html"].ends_with(b"mine"));
}

#[test]
fn an_error_in_a_template_names_file_line_and_column() {
    let overrides =
        BTreeMap::from([("cycle.html".to_owned(), "<p>\n  {{ page.nonesuch }}</p>".to_owned())]);
    let error = pages(&site(), &overrides).expect_err("there is no such field");
    assert_eq!(
        (error.template.as_str(), error.line, error.column),
        ("cycle.html", Some(2), Some(11)),
        "{error}"
    );
    assert!(error.message.contains("nonesuch"), "{error}");
}

#[test]
fn the_sample_can_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/site-sample");
    for (name, site) in [("rich", site()), ("empty", empty_site())] {
        for (path, page) in files(&site) {
            let file = folder.join(name).join(path);
            fs::create_dir_all(file.parent().expect("a file lies in a folder"))
                .expect("target can be written");
            fs::write(file, page).expect("target can be written");
        }
    }
    assert!(folder.join("rich/index.html").is_file());
}
