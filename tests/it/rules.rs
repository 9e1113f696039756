//! Each rule with the smallest workspace that breaks it, and mistakes in company: one finding for
//! one mistake, on the text that is at fault, and nothing on top of it.

use std::collections::BTreeSet;

use goals::check::RULES;
use goals::load::SETTINGS_FILE;
use goals::pipeline::{self, Source};
use goals::repo::{Content, Snapshot};
use goals::text::line_column;
use jiff::civil::date;

/// A workspace and what is found in it, each as `rule path:line:column text`, where the text is
/// what stands under the first line of the span.
struct Case {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    finds: &'static [&'static str],
}

const A: &str = "goals/2026-q4/a.toml";
const B: &str = "goals/2026-q4/b.toml";
const AC: &str = "goals/2026-q4/a.checkins.toml";

const fn case(
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    finds: &'static [&'static str],
) -> Case {
    Case { name, files, finds }
}

/// The head of a sound plan; the tests of one key go below it.
macro_rules! head {
    ($($rest:literal),* $(,)?) => {
        concat!("title = \"Reach 10 towns\"\nowner = \"ana\"\n", $($rest),*)
    };
}

/// A sound SMART goal of five lines.
macro_rules! smart {
    ($($rest:literal),* $(,)?) => {
        concat!("title = \"Reach 10 towns\"\nowner = \"ana\"\nunit = \"towns\"\nbaseline = 0\ntarget = 10\n", $($rest),*)
    };
}

/// A sound objective, with its key result open for more keys.
macro_rules! objective {
    ($($rest:literal),* $(,)?) => {
        concat!("title = \"Reach all\"\nowner = \"ana\"\n[key_results.k]\ntitle = \"Reach 10 towns\"\n", $($rest),*)
    };
}

const ONE_EACH: &[Case] = &[
    case("syntax", &[(A, smart!("weight = 1 2\n"))], &["syntax goals/2026-q4/a.toml:6:10 1 2"]),
    case(
        "unknown-key",
        &[(A, smart!("wieght = 1\n"))],
        &["unknown-key goals/2026-q4/a.toml:6:1 wieght"],
    ),
    case(
        "wrong-type",
        &[(A, smart!("weight = \"2\"\n"))],
        &["wrong-type goals/2026-q4/a.toml:6:10 \"2\""],
    ),
    case(
        "missing-key",
        &[(A, "owner = \"ana\"\nunit = \"t\"\nbaseline = 0\ntarget = 1\n")],
        &["missing-key goals/2026-q4/a.toml:1:1 owner = \"ana\""],
    ),
    case(
        "toml-1-1",
        &[(A, smart!("plan = { 2026-11-01 = 3, }\n"))],
        &["toml-1-1 goals/2026-q4/a.toml:6:24 , "],
    ),
    case(
        "bad-id",
        &[("goals/2026-q4/Grow_Fast.toml", smart!())],
        &["bad-id goals/2026-q4/Grow_Fast.toml:1:1 "],
    ),
    case("bad-path", &[("goals/a.toml", smart!())], &["bad-path goals/a.toml:1:1 "]),
    case(
        "unknown-cycle",
        &[("goals/2026-q5/a.toml", smart!())],
        &["unknown-cycle goals/2026-q5/a.toml:1:1 "],
    ),
    case(
        "bad-date",
        &[(A, smart!("due = 2026-02-30\n"))],
        &["bad-date goals/2026-q4/a.toml:6:7 2026-02-30"],
    ),
    case(
        "duplicate-goal",
        &[(A, smart!()), ("goals/2026-q4/team/a.toml", smart!())],
        &["duplicate-goal goals/2026-q4/team/a.toml:1:9 \"Reach 10 towns\""],
    ),
    case(
        "duplicate-key-result",
        &[(A, objective!("unit = \"t\"\nbaseline = 0\ntarget = 1\nformerly = [\"k\"]\n"))],
        &["duplicate-key-result goals/2026-q4/a.toml:8:13 \"k\""],
    ),
    case(
        "unknown-reference",
        &[(A, smart!("supports = \"b\"\n"))],
        &["unknown-reference goals/2026-q4/a.toml:6:12 \"b\""],
    ),
    case(
        "ambiguous-reference",
        &[
            (
                SETTINGS_FILE,
                "format = 1\n[cycles.x]\nstart = 2026-09-01\nend = 2026-12-31\n[cycles.y]\nstart = 2026-10-01\nend = 2027-01-30\n",
            ),
            ("goals/x/up.toml", smart!()),
            ("goals/y/up.toml", smart!()),
            (A, smart!("supports = \"up\"\n")),
        ],
        &["ambiguous-reference goals/2026-q4/a.toml:6:12 \"up\""],
    ),
    case(
        "alignment-cycle",
        &[(A, head!("contributes_to = \"b\"\n")), (B, head!("supports = [\"a\"]\n"))],
        &["alignment-cycle goals/2026-q4/a.toml:3:18 \"b\""],
    ),
    case(
        "contributes-to-closed",
        &[
            (A, smart!("contributes_to = \"2026/up\"\n")),
            ("goals/2026/up.toml", smart!("[close]\ndate = 2026-10-05\nverdict = \"missed\"\n")),
        ],
        &["contributes-to-closed goals/2026-q4/a.toml:6:18 \"2026/up\""],
    ),
    case(
        "contributes-to-measured",
        &[
            (A, objective!("unit = \"t\"\nbaseline = 0\ntarget = 1\n")),
            (B, smart!("contributes_to = \"a.k\"\n")),
        ],
        &["contributes-to-measured goals/2026-q4/b.toml:6:18 \"a.k\""],
    ),
    case(
        "contributes-twice",
        &[(A, head!()), (B, smart!("contributes_to = [\"a\", \"2026-q4/a\"]\n"))],
        &["contributes-twice goals/2026-q4/b.toml:6:24 \"2026-q4/a\""],
    ),
    case(
        "unknown-person",
        &[(SETTINGS_FILE, "format = 1\n[people.anna]\n"), (A, smart!())],
        &["unknown-person goals/2026-q4/a.toml:2:9 \"ana\""],
    ),
    case(
        "missing-owner",
        &[(A, "title = \"Reach 1 town\"\nunit = \"t\"\nbaseline = 0\ntarget = 1\n")],
        &["missing-owner goals/2026-q4/a.toml:1:9 \"Reach 1 town\""],
    ),
    case(
        "too-many-owners",
        &[(
            A,
            "title = \"Reach 1 town\"\nowner = [\"ana\", \"ben\"]\nunit = \"t\"\nbaseline = 0\ntarget = 1\n",
        )],
        &["too-many-owners goals/2026-q4/a.toml:2:9 [\"ana\", \"ben\"]"],
    ),
    case(
        "placeholder",
        &[(A, "title = \"TBD\"\nowner = \"ana\"\nunit = \"t\"\nbaseline = 0\ntarget = 1\n")],
        &["placeholder goals/2026-q4/a.toml:1:9 \"TBD\""],
    ),
    case(
        "no-measure",
        &[(A, head!())],
        &["no-measure goals/2026-q4/a.toml:1:9 \"Reach 10 towns\""],
    ),
    case(
        "missing-baseline",
        &[(A, objective!("unit = \"t\"\ntarget = 1\n"))],
        &["missing-baseline goals/2026-q4/a.toml:3:14 k"],
    ),
    case(
        "missing-target",
        &[(A, objective!("unit = \"t\"\nbaseline = 1\n"))],
        &["missing-target goals/2026-q4/a.toml:3:14 k"],
    ),
    case(
        "missing-unit",
        &[(A, objective!("baseline = 0\ntarget = 1\n"))],
        &["missing-unit goals/2026-q4/a.toml:3:14 k"],
    ),
    case(
        "target-is-baseline",
        &[(A, objective!("unit = \"t\"\nbaseline = 1\ntarget = 1.0\n"))],
        &["target-is-baseline goals/2026-q4/a.toml:7:10 1.0"],
    ),
    case(
        "target-behind-baseline",
        &[(
            A,
            "title = \"Cut waste from 40 to 20 tons\"\nowner = \"ana\"\nunit = \"t\"\nbaseline = 20\ntarget = 40\n",
        )],
        &["target-behind-baseline goals/2026-q4/a.toml:5:10 40"],
    ),
    case(
        "not-finite",
        &[(A, objective!("unit = \"t\"\nbaseline = nan\ntarget = 1\n"))],
        &["not-finite goals/2026-q4/a.toml:6:12 nan"],
    ),
    case(
        "percent-out-of-range",
        &[(A, objective!("unit = \"%\"\nbaseline = 20\ntarget = 120\n"))],
        &["percent-out-of-range goals/2026-q4/a.toml:7:10 120"],
    ),
    case(
        "bad-bounds",
        &[(A, objective!("kind = \"threshold\"\n"))],
        &["bad-bounds goals/2026-q4/a.toml:3:14 k"],
    ),
    case(
        "bad-milestones",
        &[(A, objective!("kind = \"milestone\"\nmilestones = { a = 0.3, b = 70 }\n"))],
        &["bad-milestones goals/2026-q4/a.toml:6:29 70"],
    ),
    case(
        "bad-weight",
        &[(A, smart!("weight = -1\n"))],
        &["bad-weight goals/2026-q4/a.toml:6:10 -1"],
    ),
    case(
        "bad-plan-points",
        &[(A, smart!("plan = { 2027-01-01 = 3 }\n"))],
        &["bad-plan-points goals/2026-q4/a.toml:6:10 2027-01-01"],
    ),
    case(
        "unknown-key-result",
        &[(A, objective!("kind = \"binary\"\n")), (AC, "[kk]\n2026-10-05 = true\n")],
        &["unknown-key-result goals/2026-q4/a.checkins.toml:1:2 kk"],
    ),
    case(
        "wrong-value-type",
        &[(A, objective!("kind = \"binary\"\n")), (AC, "[k]\n2026-10-05 = 1\n")],
        &["wrong-value-type goals/2026-q4/a.checkins.toml:2:14 1"],
    ),
];

/// Mistakes that once had company which they should not have, or none where they should.
const IN_COMPANY: &[Case] = &[
    case("a sound workspace", &[(A, smart!())], &[]),
    case(
        "an empty plan",
        &[(A, "")],
        &[
            "missing-key goals/2026-q4/a.toml:1:1 ",
            "missing-owner goals/2026-q4/a.toml:1:1 ",
            "no-measure goals/2026-q4/a.toml:1:1 ",
        ],
    ),
    case("an empty check-ins file", &[(A, smart!()), (AC, "")], &[]),
    case(
        "BOM, CRLF and no newline at the end",
        &[(
            A,
            "\u{feff}title = \"Reach 10 towns\"\r\nowner = \"ana\"\r\nunit = \"t\"\r\nbaseline = 0\r\ntarget = 10\r\nwieght = 3",
        )],
        &["unknown-key goals/2026-q4/a.toml:6:1 wieght"],
    ),
    case(
        "no value before CRLF",
        &[(
            A,
            "title = \"Reach 10 towns\"\r\nowner = \"ana\"\r\nunit = \"t\"\r\nbaseline =\r\ntarget = 10\r\n",
        )],
        &["syntax goals/2026-q4/a.toml:4:1 baseline ="],
    ),
    case(
        "a syntax error with a bad value before it",
        &[(A, smart!("weight = -1 x\nsupports = [\"nope\"] y\n"))],
        &["syntax goals/2026-q4/a.toml:6:10 -1 x", "syntax goals/2026-q4/a.toml:7:21 y"],
    ),
    case(
        "a record with a comma",
        &[(A, smart!()), (AC, "2026-10-05 = 1,250\n2026-10-06 = \"x\"\n")],
        &[
            "syntax goals/2026-q4/a.checkins.toml:1:15 ,",
            "wrong-value-type goals/2026-q4/a.checkins.toml:2:14 \"x\"",
        ],
    ),
    case(
        "a header that is not closed",
        &[
            (
                A,
                head!(
                    "[key_results.k\ntitle = \"Reach 10 towns\"\nunit = \"t\"\nbaseline = 0\ntarget = 1\n"
                ),
            ),
            (AC, "[k]\n2026-10-05 = 1\n"),
            (B, smart!("supports = \"a.k\"\n")),
        ],
        &["syntax goals/2026-q4/a.toml:3:15 "],
    ),
    case(
        "a header given twice",
        &[(
            A,
            objective!(
                "kind = \"binary\"\n[key_results.k]\ntitle = \"Again 2\"\nkind = \"binary\"\n"
            ),
        )],
        &["syntax goals/2026-q4/a.toml:6:14 k"],
    ),
    case(
        "conflict markers",
        &[
            (A, smart!()),
            (
                AC,
                "2026-10-05 = 1\n<<<<<<< HEAD\n2026-10-12 = 2\n=======\n2026-10-13 = 3\n>>>>>>> side\n",
            ),
        ],
        &["syntax goals/2026-q4/a.checkins.toml:2:1 <<<<<<< HEAD"],
    ),
    case(
        "two brackets that are not closed",
        &[(A, smart!("tags = [\"a\",\n  \"b\"\nformerly = [\"x\"\nwieght = 1\n"))],
        &[
            "syntax goals/2026-q4/a.toml:6:8 [\"a\",",
            "syntax goals/2026-q4/a.toml:8:12 [\"x\"",
            "unknown-key goals/2026-q4/a.toml:9:1 wieght",
        ],
    ),
    case(
        "an inline record that is not closed",
        &[(A, smart!()), (AC, "2026-10-05 = { value = 1\n2026-10-06 = 2\n2026-10-07 = \"x\"\n")],
        &[
            "syntax goals/2026-q4/a.checkins.toml:1:14 { value = 1",
            "wrong-value-type goals/2026-q4/a.checkins.toml:3:14 \"x\"",
        ],
    ),
    case(
        "an inline record that is not closed above a table",
        &[
            (A, objective!("kind = \"binary\"\n")),
            (
                AC,
                "2026-10-05 = { confidence = 1\n2026-10-06 = { confidence = 11 }\n[k]\n2026-10-07 = yes\n",
            ),
        ],
        &[
            "syntax goals/2026-q4/a.checkins.toml:1:14 { confidence = 1",
            "wrong-type goals/2026-q4/a.checkins.toml:2:29 11",
            "syntax goals/2026-q4/a.checkins.toml:4:14 yes",
        ],
    ),
    case(
        "an inline record that is not closed below a line without a sign",
        &[
            (A, smart!()),
            (
                AC,
                "2026-10-04 2\n2026-10-05 = { value = 3\n2026-10-06 = 1.5e\n2026-10-07 = \"x\"\n[k]\n",
            ),
        ],
        &[
            "syntax goals/2026-q4/a.checkins.toml:1:12 2",
            "syntax goals/2026-q4/a.checkins.toml:2:14 { value = 3",
            "syntax goals/2026-q4/a.checkins.toml:3:18 ",
            "wrong-value-type goals/2026-q4/a.checkins.toml:4:14 \"x\"",
            "unknown-key-result goals/2026-q4/a.checkins.toml:5:2 k",
        ],
    ),
    case(
        "a string that is not closed",
        &[(
            A,
            "title = \"Reach 10 towns\nowner = \"ana\"\nunit = \"t\"\nbaseline = 0\ntarget = 1\n",
        )],
        &["syntax goals/2026-q4/a.toml:1:9 \"Reach 10 towns"],
    ),
    case(
        "a time of day for a date",
        &[(A, smart!("due = 07:32:00\n"))],
        &["wrong-type goals/2026-q4/a.toml:6:7 07:32:00"],
    ),
    case(
        "a date with an offset",
        &[(A, smart!("due = 2026-12-01T10:00:00+02:00\n"))],
        &["bad-date goals/2026-q4/a.toml:6:7 2026-12-01T10:00:00+02:00"],
    ),
    case(
        "an owner without a name",
        &[
            (SETTINGS_FILE, "format = 1\n[people.anna]\n"),
            (A, "title = \"Reach 1 town\"\nowner = \"\"\nunit = \"t\"\nbaseline = 0\ntarget = 1\n"),
        ],
        &["missing-owner goals/2026-q4/a.toml:2:9 \"\""],
    ),
    case(
        "an empty list of owners",
        &[(A, "title = \"Reach 1 town\"\nowner = []\nunit = \"t\"\nbaseline = 0\ntarget = 1\n")],
        &["wrong-type goals/2026-q4/a.toml:2:9 []"],
    ),
    case(
        "an owner in a list of numbers",
        &[(A, "title = \"Reach 1 town\"\nowner = [3]\nunit = \"t\"\nbaseline = 0\ntarget = 1\n")],
        &["wrong-type goals/2026-q4/a.toml:2:10 3"],
    ),
    case(
        "people that are no table",
        &[(SETTINGS_FILE, "format = 1\npeople = 3\n"), (A, smart!())],
        &["wrong-type goals.toml:2:10 3"],
    ),
    case(
        "a person that is no table",
        &[(SETTINGS_FILE, "format = 1\n[people]\nana = \"Ana\"\n"), (A, smart!())],
        &["wrong-type goals.toml:3:7 \"Ana\""],
    ),
    case(
        "a person on a broken line",
        &[
            (
                SETTINGS_FILE,
                "format = 1\n[people]\nana = { name = \"Ana\"\nben = { name = \"Ben\" }\n",
            ),
            (A, smart!()),
            (
                B,
                "title = \"Reach 1 town\"\nowner = \"zoe\"\nunit = \"t\"\nbaseline = 0\ntarget = 1\n",
            ),
        ],
        &[
            "syntax goals.toml:3:7 { name = \"Ana\"",
            "unknown-person goals/2026-q4/b.toml:2:9 \"zoe\"",
        ],
    ),
    case(
        "a declared cycle without an end",
        &[
            (SETTINGS_FILE, "format = 1\n[cycles.launch]\nstart = 2026-03-02\n"),
            ("goals/launch/a.toml", smart!()),
        ],
        &["missing-key goals.toml:2:9 launch"],
    ),
    case(
        "a declared cycle on a broken line",
        &[
            (SETTINGS_FILE, "format = 1\n[cycles.launch\nstart = 2026-03-02\nend = 2026-05-29\n"),
            ("goals/launch/a.toml", smart!()),
        ],
        &["syntax goals.toml:2:15 "],
    ),
    case(
        "an alignment circle of three",
        &[
            (A, smart!("contributes_to = \"b\"\n")),
            (B, smart!("contributes_to = \"c\"\n")),
            ("goals/2026-q4/c.toml", smart!("contributes_to = \"a\"\n")),
        ],
        &["alignment-cycle goals/2026-q4/a.toml:6:18 \"b\""],
    ),
    case(
        "a circle leaves no goal without a measure",
        &[(A, head!("contributes_to = \"b\"\n")), (B, head!("contributes_to = \"a\"\n"))],
        &["alignment-cycle goals/2026-q4/a.toml:3:18 \"b\""],
    ),
    case(
        "a goal aligned with itself",
        &[(A, smart!("contributes_to = \"a\"\n"))],
        &["alignment-cycle goals/2026-q4/a.toml:6:18 \"a\""],
    ),
    case(
        "a reference with a slip",
        &[("goals/2026/grow.toml", head!()), (A, smart!("contributes_to = \"2026/groww\"\n"))],
        &["unknown-reference goals/2026-q4/a.toml:6:18 \"2026/groww\""],
    ),
    case(
        "a contributor with a bad id",
        &[
            ("goals/2026/grow.toml", head!()),
            ("goals/2026-q4/Aa.toml", smart!("contributes_to = \"grow\"\n")),
            ("goals/2026-q4/Aa.checkins.toml", "2026-10-05 = 1\n"),
        ],
        &["bad-id goals/2026-q4/Aa.toml:1:1 "],
    ),
    case(
        "the records of a duplicate",
        &[
            (A, smart!()),
            ("goals/2026-q4/team/a.toml", smart!()),
            ("goals/2026-q4/team/a.checkins.toml", "2026-10-05 = 1\n"),
        ],
        &["duplicate-goal goals/2026-q4/team/a.toml:1:9 \"Reach 10 towns\""],
    ),
    case(
        "records without a plan",
        &[(AC, "2026-10-05 = 1\n")],
        &["unknown-key-result goals/2026-q4/a.checkins.toml:1:1 "],
    ),
    case(
        "records without a plan or a cycle",
        &[("goals/somewhere/a.checkins.toml", "2026-10-05 = 1\n")],
        &["unknown-key-result goals/somewhere/a.checkins.toml:1:1 "],
    ),
    case(
        "a check-ins file for a check-ins file",
        &[("goals/2026-q4/x.checkins.toml.toml", smart!())],
        &["bad-id goals/2026-q4/x.checkins.toml.toml:1:1 "],
    ),
    case(
        "a goal due before its cycle",
        &[
            (
                A,
                objective!(
                    "due = 2026-11-01\nunit = \"t\"\nbaseline = 0\ntarget = 1\nplan = { 2026-10-20 = 0.5 }\n[key_results.l]\ntitle = \"Live 1\"\nstarts = 2026-10-20\nkind = \"binary\"\n"
                ),
            ),
            (
                B,
                "title = \"Reach 1 town\"\nowner = \"ana\"\ndue = 2025-12-31\n[key_results.l]\ntitle = \"Live 1\"\nstarts = 2026-10-20\nkind = \"binary\"\n",
            ),
        ],
        &["bad-date goals/2026-q4/b.toml:3:7 2025-12-31"],
    ),
    case(
        "a start after the end",
        &[(A, smart!("starts = 2027-02-01\n"))],
        &["bad-date goals/2026-q4/a.toml:6:10 2027-02-01"],
    ),
    case(
        "a threshold whose kind was forgotten",
        &[(A, objective!("unit = \"t\"\nat_least = 1\nat_most = 2\nstrict = true\n"))],
        &["unknown-key goals/2026-q4/a.toml:6:12 1"],
    ),
    case(
        "a ladder whose kind was forgotten",
        &[(A, objective!("milestones = { a = 0.3, b = 1 }\n"))],
        &["unknown-key goals/2026-q4/a.toml:5:1 milestones"],
    ),
    case(
        "a unit above key results",
        &[(
            A,
            "title = \"Reach all\"\nowner = \"ana\"\nunit = \"t\"\n[key_results.k]\ntitle = \"One 1\"\nkind = \"binary\"\n",
        )],
        &["unknown-key goals/2026-q4/a.toml:3:1 unit"],
    ),
    case(
        "a SMART goal of kind objectives",
        &[(A, head!("kind = \"objectives\"\n"))],
        &["wrong-type goals/2026-q4/a.toml:3:8 \"objectives\""],
    ),
    case(
        "numbers that cannot be computed with",
        &[(
            A,
            objective!(
                "unit = \"t\"\nbaseline = -1e300\ntarget = 9007199254740993\nweight = 1e-300\n"
            ),
        )],
        &[
            "not-finite goals/2026-q4/a.toml:6:12 -1e300",
            "not-finite goals/2026-q4/a.toml:7:10 9007199254740993",
            "not-finite goals/2026-q4/a.toml:8:10 1e-300",
        ],
    ),
    case(
        "numbers of other bases",
        &[(A, objective!("unit = \"t\"\nbaseline = 0x10\ntarget = 0b11\nweight = 0o7\n"))],
        &[],
    ),
    case(
        "a base without digits",
        &[(A, objective!("unit = \"t\"\nbaseline = 0x\ntarget = 3\n"))],
        &["not-finite goals/2026-q4/a.toml:6:12 0x"],
    ),
    case(
        "a team's folder that is no id",
        &[("goals/2026-q4/Team A/a.toml", smart!())],
        &["bad-path goals/2026-q4/Team A/a.toml:1:1 "],
    ),
    case(
        "an id shaped like a date",
        &[("goals/2026-q4/2026-10-05.toml", smart!())],
        &["bad-id goals/2026-q4/2026-10-05.toml:1:1 "],
    ),
    case(
        "a file that cannot be read is not hidden by an allowance, nor by a level",
        &[
            ("goals.toml", "format = 1\n[check.levels]\nsyntax = \"off\"\n"),
            (A, smart!("weight = 1 2\n[allow]\nsyntax = \"we know\"\n")),
        ],
        &["syntax goals/2026-q4/a.toml:6:10 1 2"],
    ),
    case(
        "a key that only quotes allow",
        &[(A, smart!()), (AC, "2026-10-05T14:30 = 3\n2026-10-06 = 4\n")],
        &["syntax goals/2026-q4/a.checkins.toml:1:1 2026-10-05T14:30"],
    ),
    case(
        "records of a second",
        &[(A, smart!()), (AC, "\"2026-10-05T14:30:00\" = 3\n\"2026-10-05 14:30\" = 3\n")],
        &[
            "bad-date goals/2026-q4/a.checkins.toml:1:1 \"2026-10-05T14:30:00\"",
            "bad-date goals/2026-q4/a.checkins.toml:2:1 \"2026-10-05 14:30\"",
        ],
    ),
    case(
        "one date twice, spelt twice",
        &[(A, smart!()), (AC, "2026-10-05 = 3\n\"2026-10-05\" = 3\n")],
        &["syntax goals/2026-q4/a.checkins.toml:2:1 \"2026-10-05\""],
    ),
    case(
        "every sort of mistake in the settings",
        &[(
            SETTINGS_FILE,
            "format = \"1\"\nplans = \".\"\nyear_starts = 13\nnmae = \"N\"\n[cycles.2026-q4]\nstart = 2026-10-01\nend = 2026-12-31\n[cycles.back]\nstart = 2026-10-01\nend = 2026-09-30\n[checkins]\nevery = 0\n[status]\ncommitted = [0.4, 0.7]\nquiet_until = 2\n[history]\nplanning_grace = 1.5\n[check]\nprofile = \"okrs\"\nlevels = { missing-unit = \"of\" }\n",
        )],
        &[
            "wrong-type goals.toml:1:10 \"1\"",
            "bad-path goals.toml:2:9 \".\"",
            "wrong-type goals.toml:3:15 13",
            "unknown-key goals.toml:4:1 nmae",
            "bad-id goals.toml:5:9 2026-q4",
            "bad-date goals.toml:10:7 2026-09-30",
            "wrong-type goals.toml:12:9 0",
            "wrong-type goals.toml:14:13 [0.4, 0.7]",
            "wrong-type goals.toml:15:15 2",
            "wrong-type goals.toml:17:18 1.5",
            "wrong-type goals.toml:19:11 \"okrs\"",
            "wrong-type goals.toml:20:27 \"of\"",
        ],
    ),
];

fn found_in(files: &Snapshot) -> Vec<String> {
    let workspace =
        pipeline::read(Source::Files(files.clone())).expect("files at hand can be read");
    let found = pipeline::check(&workspace, None, date(2026, 11, 21), date(2026, 11, 21));
    // Rules that judge a sound goal have pages with examples; here it is mistakes of shape.
    let of_shape =
        found.iter().filter(|finding| ONE_EACH.iter().any(|case| case.name == finding.rule));
    let shown = of_shape.map(|finding| {
        let place = &finding.primary.place;
        let text = files.text(&place.path).unwrap_or_default();
        let (line, column) = line_column(text, place.span.start);
        let under = text.get(place.span.start..place.span.end).expect("a span on characters");
        let under = under.lines().next().unwrap_or_default();
        format!("{} {}:{line}:{column} {under}", finding.rule, place.path)
    });
    shown.collect()
}

fn files_of(case: &Case) -> Snapshot {
    [(SETTINGS_FILE, "format = 1\n")].into_iter().chain(case.files.iter().copied()).collect()
}

#[test]
fn one_mistake_is_one_finding_on_its_span() {
    let wrong: Vec<String> = ONE_EACH
        .iter()
        .chain(IN_COMPANY)
        .filter_map(|case| {
            let found = found_in(&files_of(case));
            (found != case.finds)
                .then(|| format!("{}\n  found  {found:#?}\n  wanted {:#?}", case.name, case.finds))
        })
        .collect();
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_of_shape_has_a_case() {
    let named: BTreeSet<&str> = ONE_EACH.iter().map(|case| case.name).collect();
    let last = RULES.iter().position(|rule| rule.name == "bad-plan-points").expect("a rule");
    let judging = [
        "due-outside-cycle",
        "due-outside-parent",
        "missing-due",
        "missing-why",
        "missing-source",
        "missing-ambition",
        "unaligned",
    ];
    let shape = RULES[..=last].iter().map(|rule| rule.name).filter(|name| !judging.contains(name));
    let missing: Vec<&str> = shape.filter(|name| !named.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert!(named.contains("unknown-key-result") && named.contains("wrong-value-type"));
    for case in ONE_EACH {
        let shows = case.finds.iter().any(|found| found.starts_with(&format!("{} ", case.name)));
        assert!(shows, "{} shows its rule", case.name);
    }
}

#[test]
fn files_that_cannot_be_read_are_found_and_hide_nothing() {
    let mut files: Snapshot =
        [(SETTINGS_FILE, "format = 1\n"), (A, head!()), (B, smart!("weight = -1\n"))]
            .into_iter()
            .collect();
    files.insert(A, Content::from_bytes(b"title = \"\xff\"\n".to_vec()));
    files.insert("goals/2026-q4/c.toml", Content::from_bytes(vec![b'#'; 1024 * 1024 + 1]));
    assert_eq!(
        found_in(&files),
        [
            "syntax goals/2026-q4/a.toml:1:1 ",
            "bad-weight goals/2026-q4/b.toml:6:10 -1",
            "syntax goals/2026-q4/c.toml:1:1 "
        ]
    );
}

#[test]
fn a_file_of_half_a_million_broken_lines_is_told_in_a_hundred() {
    let plan = format!("{}{}", smart!(), "x\n".repeat(500_000));
    let files: Snapshot = [(SETTINGS_FILE, "format = 1\n"), (A, &plan)].into_iter().collect();
    assert_eq!(found_in(&files).len(), 101);
}

#[test]
fn the_limits_are_told() {
    let mut plan = head!().to_owned();
    for at in 0..101 {
        plan.push_str(&format!("[key_results.k{at}]\ntitle = \"Reach {at}\"\nkind = \"binary\"\n"));
    }
    let minutes = 0..10_001;
    let records: String = minutes
        .map(|n| format!("\"2026-10-{:02}T{:02}:{:02}\" = 1\n", 1 + n / 1440, n / 60 % 24, n % 60))
        .collect();
    let files: Snapshot = [
        (SETTINGS_FILE, "format = 1\n"),
        (A, &plan),
        (B, smart!()),
        ("goals/2026-q4/b.checkins.toml", &records),
    ]
    .into_iter()
    .collect();
    assert_eq!(
        found_in(&files),
        ["syntax goals/2026-q4/a.toml:303:14 k100", "syntax goals/2026-q4/b.checkins.toml:1:1 "]
    );
}

#[test]
fn goals_stand_on_no_more_than_64_levels() {
    let above = |levels: usize| {
        let mut files: Snapshot = [(SETTINGS_FILE, "format = 1\n")].into_iter().collect();
        for at in 0..levels {
            let link =
                if at == 0 { String::new() } else { format!("contributes_to = \"g{}\"\n", at - 1) };
            let plan = format!("{}{link}", smart!());
            files.insert(format!("goals/2026/g{at}.toml"), Content::Text(plan.into()));
        }
        files
    };
    assert_eq!(found_in(&above(64)), Vec::<String>::new());
    for levels in [65, 70, 5_000] {
        let files = above(levels);
        assert_eq!(found_in(&files).len(), 1, "{levels}");
        let workspace = pipeline::read(Source::Files(files)).expect("files at hand can be read");
        pipeline::rollup(&workspace, None, date(2026, 11, 21));
    }
}
