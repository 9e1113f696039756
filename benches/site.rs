//! The peers of the report: writing the same bytes, comparing them, and Hugo on equivalent pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use goals::pipeline::Workspace;

use crate::Result;

/// A site's files: path below its folder, and bytes.
pub(crate) type Files = Vec<(PathBuf, Vec<u8>)>;

/// Reads every file below `folder`.
pub(crate) fn read(folder: &Path) -> Result<Files> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(folder)?.to_owned(), fs::read(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Writes files into a folder that is not there yet.
pub(crate) fn write(folder: &Path, files: &Files) -> Result<()> {
    let mut made: Option<&Path> = None;
    for (path, bytes) in files {
        let inside = path.parent();
        if made.is_none() || made != inside {
            fs::create_dir_all(folder.join(inside.unwrap_or(Path::new(""))))?;
            made = inside;
        }
        fs::write(folder.join(path), bytes)?;
    }
    Ok(())
}

/// Reads every file again and compares it with its bytes; one that differs is an error.
pub(crate) fn compare(folder: &Path, files: &Files) -> Result<()> {
    for (path, bytes) in files {
        if fs::read(folder.join(path))? != *bytes {
            return Err(format!("{} changed", path.display()).into());
        }
    }
    Ok(())
}

/// Removes a folder, if it is there.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// What `hugo version` says; nothing if Hugo is not installed.
pub(crate) fn hugo() -> Option<String> {
    let output = Command::new("hugo").arg("version").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.lines().next().map(str::to_owned)
}

/// Writes a Hugo site with one page a goal: its why, and for each key result a table of its
/// records and a chart of their values.
pub(crate) fn hugo_source(folder: &Path, workspace: &Workspace) -> Result<()> {
    remove(folder)?;
    for inside in ["content", "layouts/_default"] {
        fs::create_dir_all(folder.join(inside))?;
    }
    fs::write(
        folder.join("config.toml"),
        "baseURL = \"https://example.org/\"\ntitle = \"Goals\"\n\
         disableKinds = [\"taxonomy\", \"term\", \"RSS\", \"sitemap\", \"robotsTXT\", \"404\"]\n",
    )?;
    fs::write(folder.join("layouts/_default/single.html"), SINGLE)?;
    fs::write(folder.join("layouts/_default/list.html"), LIST)?;
    fs::write(folder.join("layouts/index.html"), LIST)?;
    for (path, content) in workspace.snapshot.below(&workspace.model.settings.plans) {
        let Some(stem) = path.strip_suffix(".toml").filter(|stem| !stem.ends_with(".checkins"))
        else {
            continue;
        };
        let checkins = workspace.snapshot.text(&format!("{stem}.checkins.toml"));
        let page = page(content.text().unwrap_or_default(), checkins.unwrap_or_default())?;
        let target = folder.join("content").join(format!("{stem}.md"));
        fs::create_dir_all(target.parent().unwrap_or(folder))?;
        fs::write(target, page)?;
    }
    Ok(())
}

/// A page's front matter and text.
fn page(plan: &str, checkins: &str) -> Result<String> {
    let plan: toml::Table = plan.parse()?;
    let checkins: toml::Table = checkins.parse()?;
    let told = |key: &str| plan.get(key).and_then(toml::Value::as_str).unwrap_or_default();
    let mut results = Vec::new();
    let titled = plan.get("key_results").and_then(toml::Value::as_table);
    for (id, key_result) in titled.into_iter().flatten() {
        let title = key_result.get("title").and_then(toml::Value::as_str).unwrap_or(id);
        let records = checkins.get(id).and_then(toml::Value::as_table);
        results.push(result(title, records));
    }
    let own = checkins.iter().filter(|(key, _)| !plan_has(&plan, key));
    let own: toml::Table = own.map(|(key, value)| (key.clone(), value.clone())).collect();
    results.push(result(told("title"), Some(&own)));
    let front = serde_json::json!({
        "title": told("title"), "owner": told("owner"), "results": results,
    });
    Ok(format!("{}\n\n{}\n", serde_json::to_string_pretty(&front)?, told("why")))
}

fn plan_has(plan: &toml::Table, key_result: &str) -> bool {
    plan.get("key_results").is_some_and(|all| all.get(key_result).is_some())
}

fn result(title: &str, records: Option<&toml::Table>) -> serde_json::Value {
    let records: Vec<serde_json::Value> =
        records.into_iter().flatten().map(|(day, record)| row(day, record)).collect();
    serde_json::json!({ "title": title, "records": records })
}

fn row(day: &str, record: &toml::Value) -> serde_json::Value {
    let inner = |key: &str| record.get(key).map(toml::Value::to_string).unwrap_or_default();
    let value = if record.is_table() { inner("value") } else { record.to_string() };
    serde_json::json!({
        "day": day,
        "height": value.parse::<f64>().unwrap_or_default(),
        "value": value,
        "confidence": inner("confidence"),
        "note": inner("note"),
    })
}

const SINGLE: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
<h1>{{ .Title }}</h1><p>{{ .Params.owner }}</p>{{ .Content }}
{{ range .Params.results }}<section><h2>{{ .title }}</h2>
<svg viewBox="0 0 600 600"><polyline fill="none" stroke="currentColor" points="{{ range $i, $r := .records }}{{ mul $i 20 }},{{ $r.height }} {{ end }}"/>
{{ range $i, $r := .records }}<circle r="3" cx="{{ mul $i 20 }}" cy="{{ $r.height }}"><title>{{ $r.day }}: {{ $r.value }}</title></circle>{{ end }}</svg>
<table><thead><tr><th>Date</th><th>Value</th><th>Confidence</th><th>Note</th></tr></thead><tbody>
{{ range .records }}<tr><td>{{ .day }}</td><td>{{ .value }}</td><td>{{ .confidence }}</td><td>{{ .note }}</td></tr>
{{ end }}</tbody></table></section>{{ end }}
</body></html>
"#;

const LIST: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body><h1>{{ .Title }}</h1>
<ul>{{ range .Site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul></body></html>
"#;
