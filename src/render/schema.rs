//! JSON Schema (draft-07): of what is printed, from its view; of what people write, from the table
//! of keys.

mod files;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

pub use files::{checkins, plan, workspace};

/// The schema of a view, as indented JSON with a final line break.
pub(super) fn of<T: JsonSchema>() -> String {
    let generator = SchemaSettings::draft07().into_generator();
    pretty(&generator.into_root_schema_for::<T>())
}

fn pretty(schema: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(schema).expect("a schema is plain data") + "\n"
}
