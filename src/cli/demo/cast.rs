//! The people of the story and where on the globe they commit from.

use super::story::Person;

/// One author: the id in `[people]`, the name and address in commits, and a fixed UTC offset.
#[derive(Debug)]
pub(super) struct Author {
    pub(super) id: &'static str,
    name: &'static str,
    email: &'static str,
    pub(super) offset_minutes: i32,
}

impl Author {
    /// The author as commits name people.
    pub(super) fn person(&self) -> Person {
        Person { name: self.name.to_owned(), email: self.email.to_owned() }
    }
}

/// Finds an author by id.
///
/// # Panics
///
/// On an id that is not in the cast: the story and its texts are compiled in and tested.
pub(super) fn author(id: &str) -> &'static Author {
    CAST.iter().find(|author| author.id == id).expect("the story names only people of its cast")
}

/// The committer of what a forge merges.
pub(super) fn forge() -> Person {
    Person { name: "Northwind Forge".to_owned(), email: "forge@northwind.example".to_owned() }
}

const CAST: &[Author] = &[
    cast("ana", "Ana Silva", "ana@northwind.example", 0),
    cast("ben", "Ben Okafor", "ben@northwind.example", 60),
    cast("chiara", "Chiara Rossi", "chiara@northwind.example", 60),
    cast("devika", "Devika Rao", "devika@northwind.example", 330),
    cast("eli", "Eli Nakamura", "eli@northwind.example", -480),
    cast("freya", "Freya Lindqvist", "freya@northwind.example", 120),
    cast("gus", "Gustavo Pereira", "gus@northwind.example", -180),
    cast("hana", "Hana Kim", "hana@northwind.example", 540),
    cast("ines", "Inès Moreau", "ines@northwind.example", -300),
];

const fn cast(
    id: &'static str,
    name: &'static str,
    email: &'static str,
    offset_minutes: i32,
) -> Author {
    Author { id, name, email, offset_minutes }
}
