//! `goals report --single-file`: the whole report in one page.

use std::collections::BTreeSet;

use crate::support::Repo;

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begins = format!(" {attribute}=\"");
    page.match_indices(&begins)
        .filter_map(|(at, _)| page[at + begins.len()..].split('"').next())
        .collect()
}

#[test]
fn one_page_holds_what_all_pages_show() {
    let mut repo = Repo::sample();
    let path = repo.goals(&["report", "--single-file"]).sound();
    assert!(path.trim_end().ends_with("report.html"), "{path}");
    let page = repo.read("report.html");

    let ids = values(&page, "id");
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "an id is there twice");
    let links = values(&page, "href");
    for link in &links {
        let known = link.strip_prefix('#').map(|anchor| distinct.contains(anchor));
        let leads_away = ["http://", "https://", "mailto:"].iter().any(|to| link.starts_with(to));
        assert!(known == Some(true) || leads_away, "{link} leads nowhere");
    }
    assert!(links.len() > 200, "{} links", links.len());
    let refers = ["aria-labelledby", "aria-describedby", "for", "aria-controls"];
    for value in refers.iter().flat_map(|attribute| values(&page, attribute)) {
        for id in value.split(' ') {
            assert!(distinct.contains(id), "{id} is nowhere");
        }
    }
    assert!(!page.contains("<link") && !page.contains(" src=\""), "it loads nothing");
    assert!(page.contains("style-src 'sha256-") && !page.contains("'unsafe"));

    for (path, sheet) in pages(&repo) {
        let id = format!("page:{}", path.trim_end_matches(".html").replace('/', ":"));
        assert!(distinct.contains(&*id), "{path}");
        let heading = sheet.split("<h1").nth(1).and_then(|rest| rest.split("</h1>").next());
        let heading = heading.and_then(|rest| rest.split_once('>')).map(|(_, text)| text);
        assert!(page.contains(heading.expect("a heading")), "{path}");
    }
    let all: usize = pages(&repo).iter().map(|(_, text)| text.len()).sum();
    assert!(page.len() < all, "{} bytes, the pages {all}", page.len());

    let said = repo.goals(&["report", "--single-file"]);
    assert!(said.stderr.starts_with("nothing changed: "), "{}", said.stderr);
    repo.set("TZ", "Pacific/Kiritimati");
    repo.set("RAYON_NUM_THREADS", "1");
    repo.goals(&["report", "--single-file", "--out", "again.html"]).sound();
    assert!(repo.read("again.html") == page, "the same bytes");
}

/// The pages of the report in many files.
fn pages(repo: &Repo) -> Vec<(String, String)> {
    let list = repo.read("public/.goals-site");
    let paths = list.lines().filter(|path| path.ends_with(".html"));
    paths.map(|path| (path.to_owned(), repo.read(&format!("public/{path}")))).collect()
}

#[test]
fn a_file_that_is_no_report_is_not_replaced() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write("report.html", "<p>mine</p>");
    let said = repo.goals(&["report", "--single-file"]).refused();
    assert!(said.contains("report.html") && said.contains("--force"), "{said}");
    assert_eq!(repo.read("report.html"), "<p>mine</p>");
    for out in ["goals/report.html", "templates/report.html", ".git/report.html"] {
        let said = repo.goals(&["report", "--single-file", "--out", out]).refused();
        assert!(said.contains("own folder"), "{out}: {said}");
    }
    std::fs::create_dir(repo.path().join("folder")).expect("made");
    let said = repo.goals(&["report", "--single-file", "--out", "folder"]).refused();
    assert!(said.contains("is a folder"), "{said}");
    repo.goals(&["report", "--single-file", "--force"]).sound();
    assert!(repo.read("report.html").contains("<html"));
    repo.goals(&["report", "--single-file"]).sound();
    let said = repo.goals(&["report", "--single-file", "--watch"]).refused();
    assert!(said.contains("cannot be used with"), "{said}");
    let left = std::fs::read_dir(repo.path()).expect("listed").count();
    assert_eq!(left, 4, "git, settings, the folder and the report");
}

#[test]
fn it_goes_to_standard_output_or_into_a_folder_that_is_not_there_yet() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    let said = repo.goals(&["report", "--single-file", "--out", "-"]);
    assert!(said.stderr.contains("wrote 6 pages in one file"), "{}", said.stderr);
    let page = said.sound();
    repo.goals(&["report", "--single-file", "--out", "some/where/r.html"]).sound();
    assert!(page.starts_with("<!doctype html>") && page == repo.read("some/where/r.html"));
    let said = repo.goals(&["report", "--single-file", "--out", "-", "--open"]).refused();
    assert!(said.contains("leave out --open"), "{said}");
    let said = repo.goals(&["report", "--out", "-"]).refused();
    assert!(said.contains("--single-file --out -"), "{said}");
    assert!(!repo.path().join("-").exists() && !repo.path().join("public").exists());
}
