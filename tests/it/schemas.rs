//! The schemas of the files that people write: complete, and made for readable messages. Whether
//! they accept what the loader accepts is tried in `.ci/editors`, with validators of others.

use serde_json::Value;

use crate::support::Repo;

const KINDS: [&str; 3] = ["workspace", "plan", "checkins"];

fn schema(kind: &str) -> Value {
    Repo::folder().goals(&["schema", kind]).json()
}

/// Every schema inside a schema, with the names that lead to it.
fn walk<'a>(at: &str, schema: &'a Value, visit: &mut impl FnMut(&str, &'a Value)) {
    visit(at, schema);
    for group in ["properties", "patternProperties", "definitions"] {
        for (name, inner) in schema[group].as_object().into_iter().flatten() {
            walk(&format!("{at}.{name}"), inner, visit);
        }
    }
    if schema["additionalProperties"].is_object() {
        walk(&format!("{at}.*"), &schema["additionalProperties"], visit);
    }
}

#[test]
fn every_key_has_a_description_and_an_example() {
    for kind in KINDS {
        let schema = schema(kind);
        let mut keys = 0;
        walk(kind, &schema, &mut |at, inner| {
            if at == kind || !inner["$ref"].is_null() {
                return;
            }
            keys += 1;
            assert!(inner["description"].as_str().is_some_and(|text| text.len() > 10), "{at}");
            assert!(inner["examples"].as_array().is_some_and(|all| !all.is_empty()), "{at}");
        });
        assert!(keys >= 7, "{kind}: {keys}");
    }
}

#[test]
fn no_schema_offers_a_choice_that_a_message_could_not_tell_of() {
    for kind in KINDS {
        let schema = schema(kind);
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        let mut tables = 0;
        walk(kind, &schema, &mut |at, inner| {
            for choice in ["anyOf", "oneOf", "allOf", "if", "not"] {
                assert!(inner[choice].is_null(), "{at} has {choice}");
            }
            let types = &inner["type"];
            let is_table = types == "object"
                || types.as_array().is_some_and(|types| types.contains(&"object".into()));
            if is_table {
                tables += 1;
                assert!(!inner["additionalProperties"].is_null(), "{at}");
            }
        });
        assert!(tables > 1, "{kind}");
    }
}

#[test]
fn references_lead_somewhere() {
    for kind in KINDS {
        let schema = schema(kind);
        walk(kind, &schema, &mut |at, inner| {
            if let Some(reference) = inner["$ref"].as_str() {
                let name = reference.strip_prefix("#/definitions/").expect("a definition");
                assert!(schema["definitions"][name].is_object(), "{at}");
            }
        });
    }
}

#[test]
fn rules_are_keys_of_allow_and_of_levels() {
    let plan = schema("plan");
    let allow = plan["definitions"]["allow"]["properties"].as_object().expect("rules");
    let workspace = schema("workspace");
    let levels = &workspace["properties"]["check"]["properties"]["levels"]["properties"];
    let levels = levels.as_object().expect("rules");
    assert!(allow.contains_key("missing-why") && !allow.contains_key("syntax"));
    assert_eq!(levels["syntax"]["enum"], serde_json::json!(["error"]));
    assert_eq!(levels.len(), allow.len() + 1);
    assert_eq!(levels.len(), goals::check::RULES.len());
}

#[test]
fn the_reference_of_files_has_every_key() {
    use goals::load::keys::{CHECKINS, PLAN, SETTINGS, Table};

    fn names(table: &'static Table, all: &mut Vec<&'static str>) {
        for key in table.keys {
            all.push(key.name);
            key.holds.table().into_iter().for_each(|inner| names(inner, all));
        }
        for entry in table.entries {
            entry.holds.table().into_iter().for_each(|inner| names(inner, all));
        }
    }
    let mut all = Vec::new();
    for table in [&SETTINGS, &PLAN, &CHECKINS] {
        names(table, &mut all);
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/files.md");
    let page = std::fs::read_to_string(page).expect("readable");
    let code: Vec<&str> = page.split('`').skip(1).step_by(2).collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let known: Vec<&str> = code.iter().flat_map(|text| text.split(|c| !is_word(c))).collect();
    let missing: Vec<&str> = all.iter().copied().filter(|name| !known.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert!(all.len() > 100, "{}", all.len());
}
