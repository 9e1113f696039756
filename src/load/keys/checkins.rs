//! The keys of a check-ins file.

use super::{Entry, Holds, Names, Table, key, whole};

/// The top level of a check-ins file.
pub static CHECKINS: Table = Table {
    called: "a check-ins file",
    keys: &[],
    entries: &[
        Entry {
            names: Names::Stamp,
            text: "A record of the goal as a whole; of a SMART goal, a value.",
            holds: Holds::Or(&Holds::Value, &RECORD),
            name_example: "2026-10-12",
            example: r#"{ confidence = 6, note = "two services still on the old pipeline" }"#,
        },
        Entry {
            names: Names::Id,
            text: "The records of the key result with this id.",
            holds: Holds::Table(&RECORDS),
            name_example: "lead-time",
            example: r#"{ 2026-10-05 = 240, 2026-10-12 = { value = 180, confidence = 7 } }"#,
        },
    ],
};

static RECORDS: Table = Table {
    called: "the records of a key result",
    keys: &[],
    entries: &[Entry {
        names: Names::Stamp,
        text: "What was true on this day: a value, or a table that says more. Several on one day are told apart by the time: `\"2026-10-05T14:30\"`.",
        holds: Holds::Or(&Holds::Value, &RECORD),
        name_example: "2026-10-05",
        example: r#"{ value = 180, confidence = 7, note = "canary on for three services" }"#,
    }],
};

/// A record with more than a value.
pub static RECORD: Table = Table {
    called: "a record",
    keys: &[
        key(
            "value",
            Holds::Value,
            "180",
            "What the measure takes: a number, `true` or `false`, or a milestone's id. Without it nothing was measured.",
        ),
        key(
            "confidence",
            whole(0.0, 10.0),
            "7",
            "How sure one is to get there, from 0 to 10. It is never mixed into progress.",
        ),
        key(
            "note",
            Holds::Text,
            r#""canary on for three services""#,
            "What is worth knowing beside the number.",
        ),
        key(
            "by",
            Holds::Text,
            r#""ben""#,
            "Who took the value, where it was not whoever commits it.",
        ),
        key(
            "void",
            Holds::Flag,
            "true",
            "Taken back: the record stays for people to see, and counts for nothing.",
        )
        .or("false"),
    ],
    entries: &[],
};
