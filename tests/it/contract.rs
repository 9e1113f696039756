//! The JSON of `goals rollup` and `goals check` is what their schemas say: every key described,
//! none missing, none beyond.

use serde_json::Value;

use crate::support::Repo;

/// Holds `value` against `schema`, keys and types; collects what differs.
fn hold(root: &Value, schema: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().expect("a name");
        return hold(root, &root["definitions"][name], value, path, wrong);
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let fits = choices.iter().any(|choice| {
                let mut inner = Vec::new();
                hold(root, choice, value, path, &mut inner);
                inner.is_empty()
            });
            if !fits {
                wrong.push(format!("{path}: fits no choice of {choice}: {value}"));
            }
            return;
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let own = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let whole = own == "integer" && types.contains(&"number");
    if !(types.is_empty() || types.contains(&own) || whole) {
        wrong.push(format!("{path}: {own} where the schema has {types:?}"));
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        for key in object.keys().filter(|key| !properties.contains_key(*key)) {
            wrong.push(format!("{path}.{key}: not in the schema"));
        }
        for (key, property) in properties {
            match object.get(key) {
                Some(inner) => hold(root, property, inner, &format!("{path}.{key}"), wrong),
                None => wrong.push(format!("{path}.{key}: missing")),
            }
            if property["description"].as_str().is_none_or(str::is_empty) {
                wrong.push(format!("{path}.{key}: the schema does not describe it"));
            }
        }
    }
    if let (Some(items), Some(array)) =
        (schema.get("items").filter(|items| items.is_object()), value.as_array())
    {
        for (at, item) in array.iter().enumerate() {
            hold(root, items, item, &format!("{path}[{at}]"), wrong);
        }
    }
}

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(
        "goals/2026-q4/team/a.toml",
        r#"title = "A"
owner = "ana"
contributes_to = ["whole"]
[key_results.metric]
title = "m"
unit = "min"
baseline = 240
target = 15.5
[key_results.ladder]
title = "l"
kind = "milestone"
milestones = { one = 0.5, two = 1 }
[key_results.done]
title = "d"
kind = "binary"
[key_results.unknown]
title = "u"
baseline = 1
"#,
    );
    repo.write("goals/2026-q4/team/a.checkins.toml", "[metric]\n2026-10-05 = { value = 200.25, confidence = 7 }\n[ladder]\n2026-10-05 = \"one\"\n[done]\n2026-10-05 = true\n");
    repo.write("goals/2026-q4/whole.toml", "title = \"Whole\"\nowner = \"ana\"\n");
    repo.write(
        "goals/2026-q3/old.toml",
        "title = \"Old\"\nowner = \"ana\"\nunit = \"x\"\nbaseline = 0\ntarget = 2\n",
    );
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    repo
}

fn holds(name: &str, arguments: &[&str]) {
    let repo = workspace();
    let schema: Value = repo.goals(&["schema", name]).json();
    let printed = repo.goals(arguments).stdout;
    let value: Value = serde_json::from_str(&printed).expect("JSON");
    let mut wrong = Vec::new();
    hold(&schema, &schema, &value, "$", &mut wrong);
    assert_eq!(wrong, Vec::<String>::new(), "{printed}");
}

#[test]
fn the_rollup_is_what_its_schema_says() {
    holds("rollup", &["rollup", "--format", "json"]);
}

#[test]
fn the_findings_are_what_their_schema_says() {
    holds("findings", &["check", "--format", "json"]);
}

#[test]
fn the_scorecard_is_what_its_schema_says() {
    holds("smart", &["smart", "--format", "json"]);
}

#[test]
fn the_doctors_findings_are_what_their_schema_says() {
    holds("doctor", &["doctor", "--format", "json"]);
}

#[test]
fn the_log_is_what_its_schema_says() {
    holds("log", &["log", "--format", "json"]);
}

#[test]
fn the_work_is_what_its_schema_says() {
    holds("work", &["log", "--work", "--format", "json"]);
}

#[test]
fn a_wrong_value_is_noticed() {
    let schema = serde_json::json!({ "type": "object", "properties": { "a": { "type": ["number", "null"], "description": "x" } } });
    for (value, wrong) in [
        (serde_json::json!({ "a": 1 }), 0),
        (serde_json::json!({ "a": "x" }), 1),
        (serde_json::json!({ "b": 1 }), 2),
    ] {
        let mut found = Vec::new();
        hold(&schema, &schema, &value, "$", &mut found);
        assert_eq!(found.len(), wrong, "{found:?}");
    }
}

#[test]
fn tables_and_lines_hold_the_same_goals() {
    let repo = workspace();
    let lines = repo.goals(&["rollup", "--format", "ndjson"]).stdout;
    let references: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["ref"].clone())
        .collect();
    assert_eq!(references, ["2026-q3/old", "2026-q4/a", "2026-q4/whole"]);
    let table = repo.goals(&["rollup", "--format", "csv"]).stdout;
    let rows: Vec<Vec<&str>> =
        table.lines().map(|line| line.split(',').take(3).collect()).collect();
    assert_eq!(rows[0], ["cycle", "goal", "key_result"]);
    assert_eq!(rows[2], ["2026-q4", "a", "metric"]);
    assert_eq!(rows.len(), 6);
}
