//! The edits of the story: what people changed in their plans, and why they said they did.

use super::calendar::Slot;
use super::library::Edit;

/// Every edit, in the order of the cycles.
pub(super) const EDITS: &[Edit] = &[
    edit(
        Slot::Year,
        -8,
        "freya",
        "grow: revenue counts double",
        "The other two key results are how we get there; this one is whether we did.",
        &[("year/grow", "target = 1000\nsource", "target = 1000\nweight = 2\nsource")],
    )
    .on("annual-plan"),
    edit(
        Slot::Year,
        2,
        "ana",
        "trust: fix a typo in the why",
        "",
        &[("year/trust", "forgotten", "forgiven")],
    ),
    edit(
        Slot::Year,
        27,
        "chiara",
        "Welcome, Inès",
        "Inès joins Support from Montréal and brings our third language with her.",
        &[(
            "goals.toml",
            "emails = [\"hana@northwind.example\"]\n",
            "emails = [\"hana@northwind.example\"]\n\n[people.ines]\nname = \"Inès Moreau\"\nemails = [\"ines@northwind.example\"]\n",
        )],
    ),
    edit(
        Slot::Year,
        58,
        "eli",
        "Point the boards of trust and care to their new address (#17)",
        "* The dashboards moved from stats to boards\n* Same numbers, same history\n\nCo-authored-by: Hana Kim <hana@northwind.example>",
        &[
            (
                "year/trust",
                "https://stats.northwind.example/platform/uptime",
                "https://boards.northwind.example/platform/uptime",
            ),
            (
                "year/care",
                "https://stats.northwind.example/support/first-reply",
                "https://boards.northwind.example/support/first-reply",
            ),
        ],
    )
    .squashed(),
    edit(
        Slot::Year,
        75,
        "chiara",
        "care: Hana looks after languages now",
        "I was keeping this warm until somebody who answers questions could take it.",
        &[("year/care", "from 2 to 5\"\nowner = \"chiara\"\n", "from 2 to 5\"\nowner = \"hana\"\n")],
    ),
    edit(
        Slot::Year,
        150,
        "gus",
        "grow: lower the churn target, 1.8 → 2.2 %",
        "Five months in, small clubs leave for reasons a forecast cannot mend. 2.2 % is still\n\
         the best in our trade. Agreed with Chiara; the old target stays in the history.",
        &[(
            "year/grow",
            "fall from 3.4 to 1.8 %\"\nowner = \"gus\"\nunit = \"%\"\nbaseline = 3.4\ntarget = 1.8\n",
            "fall from 3.4 to 2.2 %\"\nowner = \"gus\"\nunit = \"%\"\nbaseline = 3.4\ntarget = 2.2\n",
        )],
    ),
    edit(
        Slot::Before,
        -8,
        "gus",
        "club-referrals: name the source",
        "",
        &[("q2/club-referrals", "growth/invites", "growth/referrals")],
    )
    .on("growth-two-goals"),
    edit(
        Slot::Before,
        9,
        "hana",
        "reply-sooner: backlog goes to Inès",
        "She asked for it. Twice.",
        &[(
            "q2/reply-sooner",
            "from 64 to 10\"\nowner = \"hana\"\n",
            "from 64 to 10\"\nowner = \"ines\"\n",
        )],
    ),
    edit(
        Slot::Before,
        11,
        "ben",
        "quiet-nights: weekends count as nights",
        "",
        &[("q2/quiet-nights", "Pages at night fall", "Pages at night and on weekends fall")],
    ),
    edit(
        Slot::Before,
        44,
        "ben",
        "quiet-nights: aim lower, 10 → 6 pages",
        "We are nearly at 10 with half the quarter left. Let us see what is possible.",
        &[(
            "q2/quiet-nights",
            "from 23 to 10 a month\"\nunit = \"pages\"\nbaseline = 23\ntarget = 10\n",
            "from 23 to 6 a month\"\nunit = \"pages\"\nbaseline = 23\ntarget = 6\n",
        )],
    ),
    edit(
        Slot::Before,
        53,
        "freya",
        "first-week: drop the guided tour",
        "Those who finish it do no better. We keep the number where everyone can see it.",
        &[(
            "q2/first-week",
            "source = \"https://boards.northwind.example/growth/tour\"\n",
            "source = \"https://boards.northwind.example/growth/tour\"\ndropped = \"clubs close the tour at once, and those who finish it do no better\"\n",
        )],
    ),
    edit(
        Slot::Last,
        -7,
        "devika",
        "one-pipeline: write down the inputs before moving anything",
        "",
        &[(
            "q1/one-pipeline",
            "title = \"A page for every input file\"",
            "title = \"A page for every input file: where it comes from, who to ask\"",
        )],
    )
    .on("platform-second-round"),
    edit(
        Slot::Last,
        6,
        "hana",
        "weekend-cover: one more sentence of why",
        "",
        &[(
            "q1/weekend-cover",
            "Two thirds of all races are on a weekend.\n\"",
            "Two thirds of all races are on a weekend. One third of our week is not covered, and it is that\nthird.\n\"",
        )],
    ),
    edit(
        Slot::Last,
        48,
        "gus",
        "fair-prices: lower the conversion target, 3.5 → 3.0 %",
        "The table is three weeks late. 3.0 % is what the remaining weeks can still carry.",
        &[(
            "q1/fair-prices",
            "rise from 2.1 to 3.5 %\"\nunit = \"%\"\nbaseline = 2.1\ntarget = 3.5\n",
            "rise from 2.1 to 3.0 %\"\nunit = \"%\"\nbaseline = 2.1\ntarget = 3.0\n",
        )],
    ),
    edit(
        Slot::Last,
        67,
        "freya",
        "Plans of the quarter: tags and wording (#49)",
        "* fair-prices: tag it for the finance team\n* first-week: our wall is quoted correctly\n\nCo-authored-by: Gustavo Pereira <gus@northwind.example>",
        &[
            ("q1/fair-prices", "tags = [\"pricing\"]", "tags = [\"finance\", \"pricing\"]"),
            ("q1/first-week", "show us our water", "show us *our* water"),
        ],
    )
    .squashed(),
    Edit {
        renames: Some("q0/calm-deploys"),
        ..edit(
            Slot::This,
            -7,
            "ana",
            "plan: smooth-deploys becomes calm-deploys",
            "Smooth is how it looks from outside. Calm is how it should feel.",
            &[
                (
                    "q0/calm-deploys",
                    "title = \"Deploys are smooth and frequent\"",
                    "title = \"Deploys are calm and frequent\"",
                ),
                (
                    "q0/calm-deploys",
                    "continues = ",
                    "formerly = [\"smooth-deploys\"]\ncontinues = ",
                ),
            ],
        )
        .on("platform-calm-deploys")
    },
    edit(
        Slot::This,
        -8,
        "gus",
        "word-of-mouth: the commodores get a dinner",
        "",
        &[("q0/word-of-mouth", "A letter to the twelve", "A dinner for the twelve")],
    )
    .on("growth-harbours"),
    edit(
        Slot::This,
        3,
        "devika",
        "fresh-forecasts: age counts double",
        "",
        &[("q0/fresh-forecasts", "unit = \"min\"\nbaseline = 95\ntarget = 40\nsource", "unit = \"min\"\nbaseline = 95\ntarget = 40\nweight = 2\nsource")],
    ),
    edit(
        Slot::This,
        9,
        "hana",
        "help-pages: searching is Eli's, Inès writes",
        "",
        &[(
            "q0/help-pages",
            "from 19 to 10 %\"\nunit",
            "from 19 to 10 %\"\nowner = \"eli\"\nunit",
        )],
    ),
    edit(
        Slot::This,
        41,
        "devika",
        "fresh-forecasts: aim for 50 minutes, not 40",
        "The satellite feed cannot be younger than half an hour this quarter, whatever we do.\n\
         Without a second provider 40 minutes is out of our hands.",
        &[(
            "q0/fresh-forecasts",
            "falls from 95 to 40 minutes\"\nunit = \"min\"\nbaseline = 95\ntarget = 40\n",
            "falls from 95 to 50 minutes\"\nunit = \"min\"\nbaseline = 95\ntarget = 50\n",
        )],
    ),
];

const fn edit(
    slot: Slot,
    day: i32,
    who: &'static str,
    subject: &'static str,
    body: &'static str,
    changes: &'static [(&'static str, &'static str, &'static str)],
) -> Edit {
    Edit { slot, day, who, subject, body, by_forge: false, branch: None, renames: None, changes }
}

impl Edit {
    /// The edit as a commit of a branch.
    const fn on(self, branch: &'static str) -> Edit {
        Edit { branch: Some(branch), ..self }
    }

    /// The edit as the one commit that a forge squashed a pull request into.
    const fn squashed(self) -> Edit {
        Edit { by_forge: true, ..self }
    }
}
