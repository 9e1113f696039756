//! Data flows one way: a module uses only what stands above it in `src/lib.rs`, and each outside
//! thing has one door.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The modules in the order of `lib.rs`.
fn order() -> Vec<String> {
    let text = fs::read_to_string(source_folder().join("lib.rs")).expect("readable");
    let module = |line: &str| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned);
    text.lines().filter_map(module).collect()
}

/// The module that a file belongs to.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(source_folder()).expect("below src");
    let first =
        inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The file without comments: documentation may point anywhere.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("readable");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules of this crate that a file names: `crate::x`, and `crate::{x, y}`.
fn named(code: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let mut depth = 1;
                let end = group.find(|c| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth == 0
                });
                let group = &group[..end.unwrap_or(group.len())];
                let mut level = 0;
                let mut start = true;
                for (offset, c) in group.char_indices() {
                    if level == 0 && start && c.is_alphabetic() {
                        found.push(word(&group[offset..]));
                        start = false;
                    }
                    level += i32::from(c == '{') - i32::from(c == '}');
                    start |= level == 0 && c == ',';
                }
            }
            None => found.push(word(rest)),
        }
    }
    found
}

#[test]
fn a_module_uses_only_what_stands_above_it() {
    let order = order();
    assert!(order.len() > 10, "lib.rs lists the modules: {order:?}");
    let place = |module: &str| order.iter().position(|known| known == module);
    let mut wrong = Vec::new();
    for path in sources(&source_folder()) {
        let module = module_of(&path);
        let Some(own) = place(&module) else { continue };
        for used in named(&code(&path)) {
            if place(&used).is_some_and(|used| used > own) {
                wrong.push(format!("{} uses {used}, which stands below {module}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_reader_of_imports_sees_groups() {
    let found = named("use crate::{date::{Date, add}, text::number};\nlet x = crate::model::Goal;");
    assert_eq!(found, ["date", "text", "model"]);
}

#[test]
fn each_outside_thing_has_one_door() {
    let doors = [
        ("git2::", "repo"),
        ("libdeflater::", "repo"),
        ("walkdir::", "repo"),
        ("notify::", "repo"),
        ("toml::", "load"),
        ("tera::", "render"),
        ("lsp_server::", "lsp"),
        ("gen_lsp_types::", "lsp"),
        ("clap::", "cli"),
        ("std::io::stdout", "cli"),
        ("println!", "nowhere"),
        ("Zoned::now", "cli"),
    ];
    let mut wrong = Vec::new();
    // Tests may look at what a stage makes with the outside thing's own eyes.
    let product = |path: &PathBuf| !path.to_string_lossy().ends_with("tests.rs");
    for path in sources(&source_folder()).into_iter().filter(product) {
        let (module, code) = (module_of(&path), code(&path));
        for (name, door) in doors {
            let used = code.match_indices(name).any(|(at, _)| {
                !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            if used && module != door {
                wrong.push(format!("{} uses {name}, which belongs to {door}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_file_opens_by_saying_what_it_is() {
    let mut silent = Vec::new();
    for path in sources(&source_folder()) {
        let text = fs::read_to_string(&path).expect("readable");
        if !text.starts_with("//! ") {
            silent.push(path.display().to_string());
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}
