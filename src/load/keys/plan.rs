//! The keys of a plan.

use super::{ANY, Entry, Holds, Key, Limits, Names, SHARE, Table, key};

/// The top level of a plan.
pub static PLAN: Table = Table {
    called: "a plan",
    keys: &[
        key(
            "title",
            Holds::Text,
            r#""Deploys are calm and frequent""#,
            "What will be true once the goal is reached.",
        )
        .required(),
        key(
            "why",
            Holds::Text,
            r#""Every rollback costs a conversation with a customer.""#,
            "The reason, for those who were not in the room. Markdown, shown in the report.",
        ),
        OWNER,
        key(
            "ambition",
            Holds::Word(&[
                ("aspirational", "seven tenths of it is a success"),
                ("committed", "all of it is promised"),
            ]),
            r#""aspirational""#,
            "How progress is judged. Without it an objective is read as aspirational, a SMART goal as committed.",
        ),
        WEIGHT,
        key(
            "tags",
            Holds::Texts,
            r#"["reliability"]"#,
            "Words to pick goals by: `goals status --tag reliability`.",
        ),
        key(
            "contributes_to",
            Holds::Texts,
            r#"["2026/grow"]"#,
            "The goals in whose progress this one counts. A reference is `[<cycle>/]<goal>`, with `.<key-result>` for a key result of kind `objectives`.",
        ),
        key(
            "supports",
            Holds::Texts,
            r#"["2026/grow.retention"]"#,
            "The goals or key results that this one helps without counting in them.",
        ),
        STARTS,
        DUE,
        key("draft", Holds::Flag, "true", "Planned, and counted nowhere until the key is gone.")
            .or("false"),
        DROPPED,
        FORMERLY,
        key(
            "continues",
            Holds::Text,
            r#""2026-q3/calm-deploys""#,
            "The goal of an earlier cycle that this one carries on.",
        ),
        ALLOW,
        KIND,
        BASELINE,
        TARGET,
        UNIT,
        PATH,
        AT_LEAST,
        AT_MOST,
        STRICT,
        EVALUATE,
        MILESTONES,
        SOURCE,
        key(
            "key_results",
            Holds::Table(&KEY_RESULTS),
            r#"{ lead-time = { title = "Median lead time falls from 240 to 15 minutes", unit = "min", baseline = 240, target = 15 } }"#,
            "What tells that the objective is reached: one table for each outcome. A plan has these or a measure of its own at the top, never both.",
        ),
        key(
            "initiatives",
            Holds::Table(&INITIATIVES),
            r#"{ canary = { title = "Canary releases for the ten busiest services", owner = "eli" } }"#,
            "The work, one table for each piece. It is shown and never counts in progress.",
        ),
        key(
            "close",
            Holds::Table(&CLOSE),
            r#"{ date = 2027-01-08, verdict = "achieved", note = "Queues were the bottleneck, not builds." }"#,
            "What people say once it is over. `goals close` writes it.",
        ),
    ],
    entries: &[],
};

static KEY_RESULTS: Table = Table {
    called: "`[key_results]`",
    keys: &[],
    entries: &[Entry {
        names: Names::Id,
        text: "A key result. Its id is what check-ins go by; to change it use `goals rename`.",
        holds: Holds::Table(&KEY_RESULT),
        name_example: "lead-time",
        example: r#"{ title = "Median lead time falls from 240 to 15 minutes", unit = "min", baseline = 240, target = 15 }"#,
    }],
};

/// A key result.
pub static KEY_RESULT: Table = Table {
    called: "a key result",
    keys: &[
        key(
            "title",
            Holds::Text,
            r#""Median lead time falls from 240 to 15 minutes""#,
            "What will be true, with the number that shows it.",
        )
        .required(),
        OWNER,
        STARTS,
        DUE,
        WEIGHT,
        DROPPED,
        FORMERLY,
        ALLOW,
        KIND,
        BASELINE,
        TARGET,
        UNIT,
        PATH,
        AT_LEAST,
        AT_MOST,
        STRICT,
        EVALUATE,
        MILESTONES,
        SOURCE,
    ],
    entries: &[],
};

const OWNER: Key = key(
    "owner",
    Holds::Text,
    r#""ana""#,
    "The one person or team that is accountable. A key result without it has its goal's.",
);

const WEIGHT: Key = key(
    "weight",
    Holds::Number(Limits { least: Some(0.0), ..ANY }),
    "2",
    "How much it counts beside the others. 0 shows it without counting it.",
)
.or("1");

const STARTS: Key = key(
    "starts",
    Holds::Date,
    "2026-10-05",
    "First day. Without it a goal has its cycle's, a key result its goal's.",
);

const DUE: Key = key(
    "due",
    Holds::Date,
    "2026-12-18",
    "Last day. Without it a goal has its cycle's, a key result its goal's.",
);

const DROPPED: Key = key(
    "dropped",
    Holds::Text,
    r#""the vendor stopped the service""#,
    "Given up, and why. It is still shown, and counts nowhere.",
);

const FORMERLY: Key = key(
    "formerly",
    Holds::Texts,
    r#"["smooth-deploys"]"#,
    "Earlier ids, so that history goes on. `goals rename` adds them.",
);

const ALLOW: Key = key(
    "allow",
    Holds::Table(&ALLOWANCES),
    r#"{ missing-source = "the finance team reads it out monthly" }"#,
    "Findings that are right to be there, by rule, each with the reason.",
);

const KIND: Key = key(
    "kind",
    Holds::Word(&[
        ("metric", "a number on its way from `baseline` to `target`"),
        ("threshold", "a number to be kept within `at_least` and `at_most`"),
        ("milestone", "a ladder of `milestones`, each with its score"),
        ("binary", "done or not"),
        ("baseline", "a number that is not known yet: finding it is the goal"),
        ("objectives", "the goals that contribute to it"),
    ]),
    r#""threshold""#,
    "How it is measured.",
)
.or(r#""metric""#);

const BASELINE: Key =
    key("baseline", Holds::Number(ANY), "240", "The value that a metric starts from.");

const TARGET: Key = key("target", Holds::Number(ANY), "15", "The value that a metric is to reach.");

const UNIT: Key = key(
    "unit",
    Holds::Text,
    r#""min""#,
    "What the number counts. `%` alone is a share of a whole, from 0 to 100.",
);

const PATH: Key = key(
    "plan",
    Holds::Table(&POINTS),
    "{ 2026-10-31 = 180, 2026-11-30 = 60 }",
    "The values expected on the way, where a straight line would be unfair.",
);

const AT_LEAST: Key = key(
    "at_least",
    Holds::Number(ANY),
    "99.9",
    "The lower bound of a threshold, which is still inside.",
);

const AT_MOST: Key = key(
    "at_most",
    Holds::Number(ANY),
    "2",
    "The upper bound of a threshold, which is still inside.",
);

const STRICT: Key =
    key("strict", Holds::Flag, "true", "Whether the bounds of a threshold are themselves outside.")
        .or("false");

const EVALUATE: Key = key(
    "evaluate",
    Holds::Word(&[
        ("latest", "the last record decides"),
        ("every", "one record outside is enough to miss it"),
        ("share", "progress is the share of records inside"),
    ]),
    r#""share""#,
    "Which records of a threshold count.",
)
.or(r#""latest""#);

const MILESTONES: Key = key(
    "milestones",
    Holds::Table(&STEPS),
    "{ commit = 0.3, target = 0.7, stretch = 1.0 }",
    "The steps of a ladder, each with the progress that it is worth.",
);

const SOURCE: Key = key(
    "source",
    Holds::Text,
    r#""https://example.com/dashboards/lead-time""#,
    "Where the number comes from, so that anybody can read it again.",
);

static ALLOWANCES: Table = Table {
    called: "`allow`",
    keys: &[],
    entries: &[Entry {
        names: Names::Rule,
        text: "The reason why this rule's findings are right to be there, or a table with `reason` and `until`.",
        holds: Holds::Or(&Holds::Text, &ALLOWANCE),
        name_example: "missing-source",
        example: r#""the finance team reads it out monthly""#,
    }],
};

static ALLOWANCE: Table = Table {
    called: "an allowance",
    keys: &[
        key(
            "reason",
            Holds::Text,
            r#""the survey is still being chosen""#,
            "Why the finding is right to be there.",
        )
        .required(),
        key(
            "until",
            Holds::Date,
            "2026-12-01",
            "Last day of the allowance. Without it, it never ends.",
        ),
    ],
    entries: &[],
};

static POINTS: Table = Table {
    called: "`plan`",
    keys: &[],
    entries: &[Entry {
        names: Names::Date,
        text: "The value expected on this day, which lies between first and last day.",
        holds: Holds::Number(ANY),
        name_example: "2026-10-31",
        example: "180",
    }],
};

static STEPS: Table = Table {
    called: "`milestones`",
    keys: &[],
    entries: &[Entry {
        names: Names::Id,
        text: "A step: the progress that reaching it is worth, from 0 to 1, or a table that says more. A check-in names the step.",
        holds: Holds::Or(&Holds::Number(SHARE), &STEP),
        name_example: "tested",
        example: r#"{ title = "Ten teams have tried it", score = 0.7, due = 2026-11-30 }"#,
    }],
};

static STEP: Table = Table {
    called: "a milestone",
    keys: &[
        key("title", Holds::Text, r#""Ten teams have tried it""#, "What is true at this step."),
        key(
            "score",
            Holds::Number(SHARE),
            "0.7",
            "The progress that reaching this step is worth, from 0 to 1.",
        )
        .required(),
        key("due", Holds::Date, "2026-11-30", "The day by which the step is to be reached."),
    ],
    entries: &[],
};

static INITIATIVES: Table = Table {
    called: "`[initiatives]`",
    keys: &[],
    entries: &[Entry {
        names: Names::Work,
        text: "A piece of work.",
        holds: Holds::Table(&INITIATIVE),
        name_example: "canary",
        example: r#"{ title = "Canary releases for the ten busiest services", owner = "eli", due = 2026-11-15 }"#,
    }],
};

static INITIATIVE: Table = Table {
    called: "an initiative",
    keys: &[
        key(
            "title",
            Holds::Text,
            r#""Canary releases for the ten busiest services""#,
            "What is done.",
        )
        .required(),
        key("owner", Holds::Text, r#""eli""#, "Who does it."),
        key(
            "link",
            Holds::Text,
            r#""https://example.com/issues/12""#,
            "Where the work is followed.",
        ),
        key("due", Holds::Date, "2026-11-15", "The day by which it is to be done."),
        key("done", Holds::Date, "2026-11-12", "The day on which it was done."),
    ],
    entries: &[],
};

static CLOSE: Table = Table {
    called: "`[close]`",
    keys: &[
        key("date", Holds::Date, "2027-01-08", "The day on which the goal was looked back on.")
            .required(),
        key(
            "verdict",
            Holds::Word(&[("achieved", "it was reached"), ("missed", "it was not")]),
            r#""achieved""#,
            "People's judgement, kept apart from the score.",
        )
        .required(),
        key(
            "score",
            Holds::Number(SHARE),
            "0.8",
            "A score from 0 to 1 in the place of the computed one. Then `note` must say why.",
        ),
        key(
            "note",
            Holds::Text,
            r#""Queues were the bottleneck, not builds.""#,
            "What was learned.",
        ),
    ],
    entries: &[],
};
