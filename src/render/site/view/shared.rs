//! Pieces of views that are ready for templates before their page is: what is the same on many pages, and long lists.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use tera::Value;

/// A piece that is the same on many pages: what templates are given of it is made once.
///
/// It reads, and is given to templates, as the piece itself.
#[derive(Debug, Clone)]
pub struct Shared<T>(Arc<(T, Value)>);

impl<T: Serialize> Shared<T> {
    /// Makes a piece ready for many pages.
    pub fn new(piece: T) -> Self {
        let given = Value::from_serializable(&piece);
        Self(Arc::new((piece, given)))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

impl<T> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.1.serialize(serializer)
    }
}

/// The rows of a long list: each is turned into what templates are given as soon as it is made, so that a list of
/// thousands is never there twice.
///
/// It is given to templates as the list itself.
#[derive(Debug, Clone)]
pub struct Rows<T>(Value, PhantomData<fn() -> T>);

impl<T: Serialize> FromIterator<T> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let given = rows.into_iter().map(|row| Value::from_serializable(&row));
        Self(given.collect::<Vec<Value>>().into(), PhantomData)
    }
}

impl<T> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Describes a piece as what it is given to templates as.
macro_rules! described_as {
    ($piece:ty, $given:ty) => {
        impl<T: JsonSchema> JsonSchema for $piece {
            fn inline_schema() -> bool {
                <$given>::inline_schema()
            }

            fn schema_name() -> Cow<'static, str> {
                <$given>::schema_name()
            }

            fn schema_id() -> Cow<'static, str> {
                <$given>::schema_id()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                <$given>::json_schema(generator)
            }
        }
    };
}

described_as!(Shared<T>, T);
described_as!(Rows<T>, Vec<T>);

#[cfg(test)]
mod tests {
    use super::super::Way;
    use super::*;
    use crate::render::site::link::Href;

    #[test]
    fn rows_are_given_as_the_list_that_they_are() {
        let way = |text: &str| Way { text: text.to_owned(), url: Href::between("a", text) };
        let plain = vec![way("one"), way("two")];
        let rows: Rows<Way> = plain.clone().into_iter().collect();
        let given = Value::from_serializable(&rows);
        assert_eq!(given, Value::from_serializable(&plain));
        assert_eq!(serde_json::json!(rows), serde_json::json!(plain));
        let schema = |generator: fn(&mut SchemaGenerator) -> Schema| {
            generator(&mut SchemaGenerator::default())
        };
        assert_eq!(schema(Rows::<Way>::json_schema), schema(Vec::<Way>::json_schema));
    }
}
