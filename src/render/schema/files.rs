//! The schemas of `goals.toml`, plans and check-ins files, for TOML servers in editors.
//!
//! They are written for the messages that people get to read: a list of types with `properties`
//! beside it rather than a choice of schemas, since of a choice that failed a server can only say
//! that none of it fits.

use serde_json::{Map, Value, json};

use super::pretty;
use crate::check::{NEVER_ALLOWED, RULES};
use crate::load::keys::{CHECKINS, Entry, Holds, Key, Limits, Names, PLAN, SETTINGS, Table};

type Schema = Map<String, Value>;

/// The schema of `goals.toml`.
pub fn workspace() -> String {
    file(&SETTINGS, "goals.toml: the settings of a workspace")
}

/// The schema of a plan.
pub fn plan() -> String {
    file(&PLAN, "A plan: an objective with its key results, or a SMART goal")
}

/// The schema of a check-ins file.
pub fn checkins() -> String {
    file(&CHECKINS, "A check-ins file: the dated records of a goal")
}

fn file(table: &Table, title: &str) -> String {
    let mut writer = Writer::default();
    let inner = writer.table(table);
    let mut schema = Schema::new();
    schema.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".into(), title.into());
    schema.extend(inner);
    if !writer.definitions.is_empty() {
        schema.insert("definitions".into(), writer.definitions.into());
    }
    pretty(&schema)
}

/// The key that stands in several tables and is long: it is written once.
const SHARED: &str = "allow";

/// Writes schemas, and collects what they share.
#[derive(Default)]
struct Writer {
    definitions: Schema,
}

impl Writer {
    fn table(&mut self, table: &Table) -> Schema {
        let mut schema = Schema::new();
        schema.insert("type".into(), "object".into());
        self.members(table, &mut schema);
        schema
    }

    /// What a table may and must hold.
    fn members(&mut self, table: &Table, schema: &mut Schema) {
        let mut properties = Schema::new();
        for key in table.keys {
            let inner = self.key(key);
            properties.insert(key.name.into(), inner);
        }
        let mut patterns = Schema::new();
        let mut others = Value::Bool(false);
        for entry in table.entries {
            match entry.names {
                Names::Id => {
                    for pattern in IDS {
                        patterns.insert(pattern.into(), self.entry(entry).into());
                    }
                }
                Names::Date => drop(patterns.insert(DATE.into(), self.entry(entry).into())),
                Names::Stamp => drop(patterns.insert(STAMP.into(), self.entry(entry).into())),
                Names::Rule => properties.append(&mut self.by_rule(entry)),
                Names::Team | Names::Person | Names::Work => others = self.entry(entry).into(),
            }
        }
        for (name, members) in [("properties", properties), ("patternProperties", patterns)] {
            if !members.is_empty() {
                schema.insert(name.into(), members.into());
            }
        }
        schema.insert("additionalProperties".into(), others);
        let required: Vec<&str> =
            table.keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
        if !required.is_empty() {
            schema.insert("required".into(), required.into());
        }
    }

    fn key(&mut self, key: &Key) -> Value {
        let mut schema = self.described(key.text, &key.holds, key.example_json());
        if let Some(default) = key.default_json() {
            schema.insert("default".into(), default);
        }
        if key.name != SHARED {
            return schema.into();
        }
        self.definitions.insert(SHARED.into(), schema.into());
        json!({ "$ref": format!("#/definitions/{SHARED}") })
    }

    fn entry(&mut self, entry: &Entry) -> Schema {
        self.described(entry.text, &entry.holds, entry.example_json())
    }

    /// One key for each rule. What all of them take is written once; beside the reference stands
    /// what the rule finds, for servers that read it there. No allowance hides what cannot be read,
    /// and no level turns it down.
    fn by_rule(&mut self, entry: &Entry) -> Schema {
        let name = if entry.holds.table().is_some() { "allowance" } else { "level" };
        let shared = self.entry(entry);
        self.definitions.insert(name.into(), shared.into());
        let own =
            |text: &str| json!({ "$ref": format!("#/definitions/{name}"), "description": text });
        let all = RULES.iter().filter(|rule| rule.name != NEVER_ALLOWED);
        let mut schema: Schema = all.map(|rule| (rule.name.to_owned(), own(rule.finds))).collect();
        if name == "level" {
            let only = json!({ "type": "string", "enum": ["error"], "description": "Always an error: what cannot be read hides other mistakes.", "examples": ["error"] });
            schema.insert(NEVER_ALLOWED.into(), only);
        }
        schema
    }

    fn described(&mut self, text: &str, holds: &Holds, example: Value) -> Schema {
        let mut schema = Schema::new();
        schema.insert("description".into(), with_words(text, holds).into());
        self.value(holds, &mut schema);
        schema.insert("examples".into(), json!([example]));
        schema
    }

    /// What a value must be like.
    fn value(&mut self, holds: &Holds, schema: &mut Schema) {
        match holds {
            Holds::Table(table) => {
                schema.insert("type".into(), "object".into());
                self.members(table, schema);
            }
            Holds::Or(bare, table) => {
                self.value(bare, schema);
                let types = schema.remove("type").unwrap_or_default();
                let types = match types {
                    Value::Array(types) => types,
                    one => vec![one],
                };
                let all: Vec<Value> = types.into_iter().chain([Value::from("object")]).collect();
                schema.insert("type".into(), all.into());
                self.members(table, schema);
            }
            _ => schema.extend(bare(holds)),
        }
    }
}

/// What a value that is no table must be like.
fn bare(holds: &Holds) -> Schema {
    let schema = match holds {
        Holds::Text => json!({ "type": "string" }),
        Holds::Texts => json!({ "type": ["string", "array"], "items": { "type": "string" } }),
        Holds::Flag => json!({ "type": "boolean" }),
        Holds::Date => json!({ "type": "string", "format": "date" }),
        Holds::Number(limits) => return number(*limits),
        Holds::Bounds => {
            json!({ "type": "array", "items": { "type": "number", "exclusiveMinimum": 0 }, "minItems": 2, "maxItems": 2 })
        }
        Holds::Word(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            json!({ "type": "string", "enum": words })
        }
        Holds::Value => json!({ "type": ["number", "boolean", "string"] }),
        Holds::Table(_) | Holds::Or(..) => Value::Null,
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Schema::new(),
    }
}

fn number(limits: Limits) -> Schema {
    let mut schema = Schema::new();
    let sort = if limits.whole { "integer" } else { "number" };
    schema.insert("type".into(), sort.into());
    for (name, limit) in [("minimum", limits.least), ("maximum", limits.most)] {
        if let Some(limit) = limit {
            let whole = limit.fract() == 0.0;
            schema.insert(name.into(), if whole { json!(limit as i64) } else { json!(limit) });
        }
    }
    schema
}

/// The text of a key, with what each of its words means.
fn with_words(text: &str, holds: &Holds) -> String {
    let Holds::Word(words) = holds else { return text.to_owned() };
    let lines: Vec<String> =
        words.iter().map(|(word, meaning)| format!("- `{word}`: {meaning}")).collect();
    format!("{text}\n\n{}", lines.join("\n"))
}

/// A day that its month has: of 31, of 30, of February. Which years have a 29 February is beyond a
/// pattern.
macro_rules! day {
    () => {
        "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))"
    };
}

/// A date.
const DATE: &str = concat!("^", day!(), "$");

/// The same, with the time for several records on a day.
const STAMP: &str = concat!("^", day!(), "(T([01][0-9]|2[0-3]):[0-5][0-9])?$");

/// Ids: words with a letter somewhere, or up to two numbers. Three numbers would be a date that
/// lacks a zero.
const IDS: [&str; 2] =
    ["^([a-z0-9]+-)*[a-z0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$", "^[0-9]+(-[0-9]+)?$"];
