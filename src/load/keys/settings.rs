//! The keys of `goals.toml`.

use super::{Entry, Holds, Names, SHARE, Table, key, whole};

/// The top level of `goals.toml`.
pub static SETTINGS: Table = Table {
    called: "`goals.toml`",
    keys: &[
        key("format", whole(1.0, 1.0), "1", "Version of the format of all files; there is one.").required(),
        key("name", Holds::Text, r#""Northwind""#, "The workspace's name on pages.").or(r#""Goals""#),
        key(
            "plans",
            Holds::Text,
            r#""goals""#,
            "Folder of the plans, inside the workspace. Below it the path is the address: `<cycle>/<team>/<id>.toml`.",
        )
        .or(r#""goals""#),
        key(
            "year_starts",
            whole(1.0, 12.0),
            "7",
            "First month of the fiscal year, which is named after the calendar year in which it ends. Years, halves and quarters move with it.",
        )
        .or("1"),
        key(
            "cycles",
            Holds::Table(&CYCLES),
            "{ launch = { start = 2026-03-02, end = 2026-05-29 } }",
            "Cycles of your own, beside years, halves, quarters, months and weeks.",
        ),
        key(
            "teams",
            Holds::Table(&TEAMS),
            r#"{ "engineering/platform" = { name = "Platform", lead = "ana" } }"#,
            "What is said of teams. A team needs no entry: the folders make it.",
        ),
        key(
            "people",
            Holds::Table(&PEOPLE),
            r#"{ ana = { name = "Ana Silva", emails = ["ana@northwind.example"] } }"#,
            "Who there is. Once it is there, every owner must be in it or be a team.",
        ),
        key("checkins", Holds::Table(&RHYTHM), "{ every = 14 }", "How often there should be news."),
        key(
            "status",
            Holds::Table(&STATUS),
            "{ aspirational = [0.7, 0.4], committed = [1.0, 0.7] }",
            "From which pace on a goal is on track, and from which on it is at risk.",
        ),
        key(
            "history",
            Holds::Table(&HISTORY),
            "{ planning_grace = 14 }",
            "How the history of the files is read.",
        ),
        key(
            "check",
            Holds::Table(&CHECK),
            r#"{ profile = "okr" }"#,
            "What `goals check` looks for, and how grave it is.",
        ),
        key(
            "report",
            Holds::Table(&REPORT),
            r#"{ repository_url = "https://example.com/northwind/goals" }"#,
            "Addresses that the report needs.",
        ),
    ],
    entries: &[],
};

static CYCLES: Table = Table {
    called: "`[cycles]`",
    keys: &[],
    entries: &[Entry {
        names: Names::Id,
        text: "A cycle of your own. Its name is the folder of its plans; names such as `2026-q4` are built in and cannot be declared.",
        holds: Holds::Table(&CYCLE),
        name_example: "launch",
        example: "{ start = 2026-03-02, end = 2026-05-29 }",
    }],
};

static CYCLE: Table = Table {
    called: "a cycle",
    keys: &[
        key("start", Holds::Date, "2026-03-02", "First day of the cycle.").required(),
        key("end", Holds::Date, "2026-05-29", "Last day of the cycle, which still belongs to it.")
            .required(),
    ],
    entries: &[],
};

static TEAMS: Table = Table {
    called: "`[teams]`",
    keys: &[],
    entries: &[Entry {
        names: Names::Team,
        text: "A team, by its folders below the cycle. Quote the path: `[teams.\"engineering/platform\"]`.",
        holds: Holds::Table(&TEAM),
        name_example: r#""engineering/platform""#,
        example: r#"{ name = "Platform", lead = "ana" }"#,
    }],
};

static TEAM: Table = Table {
    called: "a team",
    keys: &[
        key(
            "name",
            Holds::Text,
            r#""Platform""#,
            "The team's name on pages. Without it, the last part of its path.",
        ),
        key("lead", Holds::Text, r#""ana""#, "The person who leads it."),
    ],
    entries: &[],
};

static PEOPLE: Table = Table {
    called: "`[people]`",
    keys: &[],
    entries: &[Entry {
        names: Names::Person,
        text: "A person, by the handle that `owner` and `by` use.",
        holds: Holds::Table(&PERSON),
        name_example: "ana",
        example: r#"{ name = "Ana Silva", emails = ["ana@northwind.example"] }"#,
    }],
};

static PERSON: Table = Table {
    called: "a person",
    keys: &[
        key("name", Holds::Text, r#""Ana Silva""#, "The name on pages. Without it, the handle."),
        key(
            "emails",
            Holds::Texts,
            r#"["ana@northwind.example"]"#,
            "Addresses that tie commits to the person. `.mailmap` counts too.",
        ),
    ],
    entries: &[],
};

static RHYTHM: Table = Table {
    called: "`[checkins]`",
    keys: &[key(
        "every",
        whole(1.0, 366.0),
        "14",
        "Days from one check-in to the next. After one such span it is overdue, after two stale.",
    )
    .or("14")],
    entries: &[],
};

static STATUS: Table = Table {
    called: "`[status]`",
    keys: &[
        key(
            "aspirational",
            Holds::Bounds,
            "[0.7, 0.4]",
            "Of aspirational goals: on track from the first pace on, at risk from the second on, off track below.",
        )
        .or("[0.7, 0.4]"),
        key(
            "committed",
            Holds::Bounds,
            "[1.0, 0.7]",
            "Of committed goals: on track from the first pace on, at risk from the second on, off track below.",
        )
        .or("[1.0, 0.7]"),
        key(
            "quiet_until",
            Holds::Number(SHARE),
            "0.2",
            "No verdict on pace before this share of a goal's time is over.",
        )
        .or("0.2"),
    ],
    entries: &[],
};

static HISTORY: Table = Table {
    called: "`[history]`",
    keys: &[
        key(
            "planning_grace",
            whole(0.0, 366.0),
            "14",
            "Days after a goal's start in which its plan may change without being marked as a goalpost move.",
        )
        .or("14"),
        key(
            "work",
            Holds::Flag,
            "true",
            "Whether a goal's page in the report lists the commits that name it.",
        )
        .or("false"),
    ],
    entries: &[],
};

static CHECK: Table = Table {
    called: "`[check]`",
    keys: &[
        key(
            "profile",
            Holds::Word(&[
                ("okr", "the level that each rule's page names"),
                ("smart", "owner, unit, source and a last day must be there; wording of work is not looked at"),
                ("output", "things to make may be results"),
                ("strict", "every warning is an error"),
            ]),
            r#""okr""#,
            "The set of levels that the rules begin with.",
        )
        .or(r#""okr""#),
        key(
            "levels",
            Holds::Table(&LEVELS),
            r#"{ missing-why = "off", stale-checkin = "error" }"#,
            "The levels of single rules, in the place of the profile's.",
        ),
        key(
            "words",
            Holds::Table(&WORDS),
            r#"{ vague = ["holistic"], except = ["launch date"] }"#,
            "Words that the rules on wording look for, beside their own lists.",
        ),
    ],
    entries: &[],
};

static LEVELS: Table = Table {
    called: "`[check.levels]`",
    keys: &[],
    entries: &[Entry {
        names: Names::Rule,
        text: "A rule's level.",
        holds: Holds::Word(&[
            ("off", "not reported"),
            ("info", "told, and never a reason to fail"),
            ("warning", "told as a warning"),
            ("error", "makes `goals check` fail"),
        ]),
        name_example: "missing-why",
        example: r#""off""#,
    }],
};

static WORDS: Table = Table {
    called: "`[check.words]`",
    keys: &[
        key(
            "language",
            Holds::Word(&[
                ("en", "English lists, on titles that are English"),
                ("none", "only the words listed here, on every title"),
            ]),
            r#""none""#,
            "The language whose built-in lists are used.",
        )
        .or(r#""en""#),
        key("output", Holds::Texts, r#"["ship"]"#, "Verbs of making, for `output-not-outcome`."),
        key(
            "activity",
            Holds::Texts,
            r#"["attend"]"#,
            "Verbs of taking part, for `activity-wording`.",
        ),
        key(
            "comparative",
            Holds::Texts,
            r#"["boost"]"#,
            "Verbs that say which way and not how far, for `bare-comparative`.",
        ),
        key(
            "upkeep",
            Holds::Texts,
            r#"["keep up"]"#,
            "Verbs of going on as before, for `business-as-usual`.",
        ),
        key(
            "vague",
            Holds::Texts,
            r#"["holistic"]"#,
            "Words that two people would measure differently, for `vague-wording`.",
        ),
        key(
            "except",
            Holds::Texts,
            r#"["launch date"]"#,
            "Phrases in which such words say something exact.",
        ),
    ],
    entries: &[],
};

static REPORT: Table = Table {
    called: "`[report]`",
    keys: &[
        key(
            "base_url",
            Holds::Text,
            r#""https://goals.northwind.example/""#,
            "Where the report is published.",
        ),
        key(
            "repository_url",
            Holds::Text,
            r#""https://example.com/northwind/goals""#,
            "Where the report's links to commits and files lead. Without it, guessed from the remote.",
        ),
    ],
    entries: &[],
};
