//! The reference of templates is what the templates and their views say of themselves, and what
//! `goals report --context` prints is what it describes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::Repo;

#[cfg(unix)]
const ANA: &str = "Ana Silva <ana@northwind.example>";

/// Where the generated part of the page begins.
const GENERATED: &str = "<!-- From here on the page is generated: `UPDATE=1 cargo test --test it -- templates::`. -->\n";

/// Templates that are no page.
const SHARED: [&str; 2] = ["base.html", "components.html"];

#[test]
fn the_reference_of_templates_is_what_they_say_of_themselves() {
    let path = in_package("docs/reference/templates.md");
    let page = std::fs::read_to_string(&path).expect("readable");
    let (by_hand, _) = page.split_once(GENERATED).expect("the page has a generated part");
    let text = format!("{by_hand}{GENERATED}{}", generated());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).expect("written");
    } else {
        assert!(page == text, "UPDATE=1 cargo test --test it -- templates:: rewrites the page");
    }
}

#[test]
fn every_page_has_a_view_and_every_view_a_page() {
    let pages: BTreeSet<String> =
        templates().into_iter().map(|(name, _)| name).filter(|name| !is_shared(name)).collect();
    let schema = schema();
    let views: BTreeSet<String> = members(&schema["definitions"]["PageShape"]).cloned().collect();
    assert_eq!(pages, views);
}

#[test]
fn what_templates_are_given_is_as_it_is_described() {
    let repo = Repo::sample();
    let schema = schema();
    let before = repo.git(&["status", "--porcelain", "--ignored"]);
    let all = repo.goals(&["report", "--context"]).json();
    assert_eq!(repo.git(&["status", "--porcelain", "--ignored"]), before, "nothing is written");
    let pages = all.as_array().expect("a list");
    let mut seen = BTreeSet::new();
    for page in pages {
        let template = page["template"].as_str().expect("a name");
        let path = page["path"].as_str().expect("a path");
        assert_eq!(page["page"]["head"]["path"], path);
        assert!(Path::new(&repo.path().join("public").join(path)).is_file(), "{path}");
        fits(&schema, &schema["definitions"]["SiteInfo"], &page["site"], "site");
        let view = &schema["definitions"]["PageShape"]["properties"][template];
        fits(&schema, view, &page["page"], path);
        seen.insert(template);
    }
    assert!(seen.len() > 6, "{seen:?}");
    let one = repo.goals(&["report", "--context", "index.html"]).json();
    assert_eq!(Some(&one), pages.iter().find(|page| page["path"] == "index.html"));
    let refused = repo.goals(&["report", "--context", "indx.html"]).refused();
    assert!(refused.contains("did you mean `index.html`?"), "{refused}");
}

#[test]
fn a_template_that_loops_over_members_meets_them_in_the_order_of_the_view() {
    let repo = Repo::sample();
    let text = "{% for name, value in page.head %}{{ name }} {% endfor %}\
                {% set made = {\"b\": 1, \"c\": 2, \"a\": 3} %}{% for name, value in made %}{{ name }}{% endfor %}";
    repo.write("templates/index.html", text);
    let schema = schema();
    let head: Vec<&str> = members(&schema["definitions"]["PageHead"]).map(String::as_str).collect();
    assert!(head.len() > 6 && !head.is_sorted(), "{head:?}");
    let expected = format!("{} bca", head.join(" "));
    for out in ["one", "two"] {
        repo.goals(&["report", "--no-cache", "--out", out]).sound();
        assert_eq!(repo.read(&format!("{out}/index.html")), expected, "in a process of its own");
    }
}

#[test]
fn a_template_that_is_no_text_is_told_and_other_files_are_let_be() {
    let repo = Repo::sample();
    let put = |name: &str, bytes: &[u8]| {
        std::fs::create_dir_all(repo.path().join("templates")).expect("a folder");
        std::fs::write(repo.path().join("templates").join(name), bytes).expect("written");
    };
    put("photo.jpg", b"\xff\xd8");
    repo.goals(&["report"]).sound();
    for name in ["base.html", "own.html", "style.css", "report.js"] {
        put(name, b"Caf\xe9");
        let refused = repo.goals(&["report"]).refused();
        let told = format!("byte 4 is not UTF-8\n  --> templates/{name}");
        assert!(refused.contains(&told) && refused.contains("save it as UTF-8"), "{refused}");
        std::fs::remove_file(repo.path().join("templates").join(name)).expect("removed");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_template() {
    let repo = Repo::sample();
    repo.write("templates/index.html", "\u{feff}{% extends \"base.html\" %}\n");
    repo.write("templates/style.css", "\u{feff}b {}");
    repo.write("templates/report.js", "\u{feff}'use strict';");
    repo.goals(&["report"]).sound();
    assert!(repo.read("public/index.html").starts_with("<!doctype html>"));
    assert_eq!(repo.read("public/style.css"), "b {}");
    assert_eq!(repo.read("public/report.js"), "'use strict';");
    repo.write("templates/index.html", "\u{feff}{{ nonesuch }}");
    let refused = repo.goals(&["report"]).refused();
    let told = "--> templates/index.html:1:4\n    |\n  1 | {{ nonesuch }}\n    |    ^\n";
    assert!(refused.contains(told), "{refused}");
}

#[test]
#[cfg(unix)]
fn what_is_no_file_in_a_templates_place_is_told() {
    use std::os::unix::fs::symlink;
    let repo = Repo::sample();
    let place = |name: &str| repo.path().join("templates").join(name);
    repo.write("theme/goal.html", "{% extends \"builtin/goal.html\" %}");
    repo.write("templates/parts/foot.html", "{# #}");
    repo.write(
        "templates/base.html",
        "{% extends \"builtin/base.html\" %}{# \"parts/foot.html\" #}",
    );
    symlink("../theme/goal.html", place("goal.html")).expect("linked");
    symlink("../theme", place("shared")).expect("linked");
    repo.goals(&["report"]).sound();
    let told = |name: &str, what: &str| {
        let refused = repo.goals(&["report"]).refused();
        assert!(refused.contains(&format!("{what}\n  --> templates/{name}\n")), "{refused}");
        assert!(refused.contains("help: "), "{refused}");
        repo.commit(ANA, "2026-11-20T09:00:00+02:00", name);
        let place = place(name);
        match place.is_symlink() {
            true => std::fs::remove_file(place).expect("removed"),
            false => std::fs::remove_dir_all(place).expect("removed"),
        }
        // What is in the way of a report is so in a revision as well, but folders without files.
        let then = repo.goals(&["report", "--rev", "HEAD", "--single-file"]).refused();
        assert!(then.contains(&format!("{what}\n  --> templates/{name}\n")), "{then}");
        repo.goals(&["report"]).sound();
    };
    for (name, target) in [
        ("team.html", "nowhere.html"),
        ("style.css", "/etc/hostname"),
        ("parts/note.html", "note.html"),
        ("cycle.html", "../theme"),
    ] {
        symlink(target, place(name)).expect("linked");
        told(name, "it is a link that leads to no file of the workspace");
    }
    std::fs::create_dir(place("map.html")).expect("made");
    assert!(
        repo.goals(&["report"]).refused().contains("it is a folder\n  --> templates/map.html\n")
    );
    repo.write("templates/map.html/map.html", "{# #}");
    told("map.html", "it is a folder");
}

#[test]
fn templates_that_are_no_folder_are_told() {
    let repo = Repo::sample();
    repo.write("templates", "");
    let refused = repo.goals(&["report"]).refused();
    assert!(refused.contains("it is no folder\n  --> templates\n"), "{refused}");
}

/// Holds a value to a schema, by the parts of JSON Schema that views use: no member is missing, and none is unknown.
fn fits(schema: &Value, shape: &Value, value: &Value, place: &str) {
    let shape = resolved(schema, shape);
    if let Some(choices) = shape["anyOf"].as_array() {
        let inner = choices.iter().find(|choice| choice["type"] != "null").expect("a type");
        if !value.is_null() {
            fits(schema, inner, value, place);
        }
        return;
    }
    let types = match &shape["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(types.iter().any(|own| own == kind), "{place}: {value} is not of {types:?}");
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(schema, &shape["items"], item, &format!("{place}[{at}]"));
    }
    if let Some(found) = value.as_object() {
        let found: BTreeSet<&String> = found.keys().collect();
        assert_eq!(found, members(shape).collect(), "{place}");
        for name in found {
            fits(schema, &shape["properties"][name], &value[name], &format!("{place}.{name}"));
        }
    }
}

fn in_package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn is_shared(name: &str) -> bool {
    SHARED.contains(&name)
}

/// The built-in templates by name, all tags opened alike.
fn templates() -> Vec<(String, String)> {
    let folder = std::fs::read_dir(in_package("templates")).expect("the templates");
    let files = folder.map(|entry| entry.expect("readable").path());
    let mut found: Vec<(String, String)> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).expect("readable");
            (name, text.replace("{%-", "{%"))
        })
        .collect();
    found.sort();
    found
}

fn schema() -> Value {
    serde_json::to_value(goals::render::site::schema()).expect("a schema is JSON")
}

fn members(shape: &Value) -> impl Iterator<Item = &String> {
    shape["properties"].as_object().into_iter().flat_map(|members| members.keys())
}

/// A shape itself, where it is only referred to.
fn resolved<'a>(schema: &'a Value, shape: &'a Value) -> &'a Value {
    match name_of(shape) {
        Some(name) => &schema["definitions"][name],
        None => shape,
    }
}

/// The name of the type that a shape refers to.
fn name_of(shape: &Value) -> Option<&str> {
    let direct = shape["$ref"].as_str();
    let wrapped = || shape["allOf"].as_array()?.first()?["$ref"].as_str();
    direct.or_else(wrapped)?.strip_prefix("#/definitions/")
}

/// What is said of templates, blocks, components and views.
fn generated() -> String {
    let (schema, templates) = (schema(), templates());
    let mut text = String::from("\n## Pages\n\n| template | view |\n| --- | --- |\n");
    let pages = &schema["definitions"]["PageShape"];
    for name in members(pages) {
        let view = told_type(&pages["properties"][name]);
        let _ = writeln!(text, "| `{name}` | {view} |");
    }
    text += "\n## Blocks\n\n| block | template |\n| --- | --- |\n";
    for (name, source) in &templates {
        for block in tags(source, "{% block ") {
            if is_shared(name) {
                let _ = writeln!(text, "| `{block}` | `{name}` |");
            }
        }
    }
    text += "\n## Components\n\nIn `components.html`; an argument with `=` may be left out.\n\n";
    for (name, source) in templates.iter().filter(|(name, _)| is_shared(name)) {
        for component in tags(source, "{% component ") {
            let _ = writeln!(
                text,
                "- `{component}`{}",
                if name == "base.html" { " (`base.html`)" } else { "" }
            );
        }
    }
    text += "\n## Views\n";
    let definitions = schema["definitions"].as_object().expect("definitions");
    let mut names: Vec<&String> = definitions.keys().filter(|name| *name != "PageShape").collect();
    names.sort_by_key(|name| (!name.ends_with("Page") && *name != "SiteInfo", *name));
    for name in names {
        text += &told_view(name, &definitions[name]);
    }
    text
}

/// What stands in each tag of a sort, up to its end.
fn tags<'a>(source: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    source.split(opening).skip(1).filter_map(|rest| {
        let inner = rest.split("%}").next()?;
        Some(inner.trim_end_matches('-').trim())
    })
}

fn told_view(name: &str, shape: &Value) -> String {
    let about = one_line(shape);
    if shape["properties"].is_null() {
        return format!("\n### {name}\n\n{about} In JSON it is a text.\n");
    }
    let mut text = format!("\n### {name}\n\n{about}\n\n| field | is | |\n| --- | --- | --- |\n");
    for field in members(shape) {
        let inner = &shape["properties"][field];
        let _ = writeln!(text, "| `{field}` | {} | {} |", told_type(inner), one_line(inner));
    }
    text
}

fn one_line(shape: &Value) -> String {
    let about = shape["description"].as_str().expect("every view and field says what it is");
    about.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// The type of a field, with a link where it has a section of its own.
fn told_type(shape: &Value) -> String {
    if let Some(name) = name_of(shape) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(choices) = shape["anyOf"].as_array() {
        let told: Vec<String> = choices.iter().map(told_type).collect();
        return told.join(" or ");
    }
    let word = |kind: &str| match kind {
        "string" => "text".to_owned(),
        "integer" => "number".to_owned(),
        "array" => format!("list of {}", told_type(&shape["items"])),
        other => other.to_owned(),
    };
    match &shape["type"] {
        Value::String(kind) => word(kind),
        Value::Array(kinds) => {
            let told: Vec<String> = kinds.iter().filter_map(Value::as_str).map(word).collect();
            told.join(" or ")
        }
        other => panic!("a type that is not expected: {other}"),
    }
}
