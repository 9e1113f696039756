//! What the story is made of: the texts, the edits to them, and the branches they came by.

use super::calendar::Slot;

/// A goal: its plan as it stands in the end, and the script of its check-ins.
#[derive(Debug)]
pub(super) struct Goal {
    pub(super) slot: Slot,
    pub(super) team: &'static str,
    pub(super) id: &'static str,
    /// The id under which it was first planned, if it was renamed.
    pub(super) first_id: Option<&'static str>,
    /// The day of its cycle on which the plan lands, negative before it.
    pub(super) lands: i32,
    pub(super) branch: Option<&'static str>,
    pub(super) plan: &'static str,
    pub(super) script: &'static str,
}

impl Goal {
    /// How the edits name the goal: `q0/calm-deploys`.
    pub(super) fn key(&self) -> String {
        let slot = match self.slot {
            Slot::Year => "year",
            Slot::Before => "q2",
            Slot::Last => "q1",
            Slot::This => "q0",
        };
        format!("{slot}/{}", self.id)
    }
}

/// A change to texts by hand: what a plain commit, or a squash-merged pull request, brought.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) slot: Slot,
    pub(super) day: i32,
    pub(super) who: &'static str,
    pub(super) subject: &'static str,
    pub(super) body: &'static str,
    pub(super) by_forge: bool,
    pub(super) branch: Option<&'static str>,
    /// A goal that leaves its first id for the one it is known by.
    pub(super) renames: Option<&'static str>,
    /// The goal's key or a founding file's path, the text found there, the text put there.
    pub(super) changes: &'static [(&'static str, &'static str, &'static str)],
}

/// A short-lived branch and the merge that ended it.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) name: &'static str,
    pub(super) number: u32,
    pub(super) title: &'static str,
    pub(super) slot: Slot,
    /// The day of the cycle on which it was merged.
    pub(super) merged: i32,
    pub(super) by: &'static str,
    /// The goal whose check-ins of these days came by this branch: key, first day, last day.
    pub(super) carries: Option<(&'static str, i32, i32)>,
}

macro_rules! text {
    ($path:expr) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/demo/", $path))
    };
}

macro_rules! goal {
    ($slot:ident $folder:literal $team:literal $id:literal, lands $lands:literal $(, on $branch:literal)? $(, first $first:literal)?) => {
        Goal {
            slot: Slot::$slot,
            team: $team,
            id: $id,
            first_id: goal!(@option $($first)?),
            lands: $lands,
            branch: goal!(@option $($branch)?),
            plan: text!(concat!($folder, "/", $team, "/", $id, ".toml")),
            script: text!(concat!($folder, "/", $team, "/", $id, ".checkins")),
        }
    };
    (@option) => { None };
    (@option $it:literal) => { Some($it) };
}

/// The files of the first commit: path → text.
pub(super) const FOUNDING: &[(&str, &str)] = &[
    ("goals.toml", text!("goals.toml")),
    ("README.md", text!("README.md")),
    (".gitattributes", text!("gitattributes")),
    (".gitignore", text!("gitignore")),
];

/// Every goal of the story, in the order of the cycles.
pub(super) const GOALS: &[Goal] = &[
    goal!(Year "year" "" "grow", lands -12, on "annual-plan"),
    goal!(Year "year" "" "trust", lands -11, on "annual-plan"),
    goal!(Year "year" "" "care", lands -10, on "annual-plan"),
    goal!(Year "year" "" "within-our-means", lands -5),
    goal!(Before "q2" "engineering/platform" "one-pipeline", lands -9),
    goal!(Before "q2" "engineering/platform" "quiet-nights", lands -8),
    goal!(Before "q2" "growth" "first-week", lands -10, on "growth-two-goals"),
    goal!(Before "q2" "growth" "club-referrals", lands -11, on "growth-two-goals"),
    goal!(Before "q2" "support" "reply-sooner", lands -7),
    goal!(Before "q2" "support" "help-pages", lands -6),
    goal!(Last "q1" "engineering/platform" "one-pipeline", lands -11, on "platform-second-round"),
    goal!(Last "q1" "engineering/platform" "safe-releases", lands -10, on "platform-second-round"),
    goal!(Last "q1" "growth" "first-week", lands -7),
    goal!(Last "q1" "growth" "fair-prices", lands -6),
    goal!(Last "q1" "support" "weekend-cover", lands -6),
    goal!(Last "q1" "support" "help-pages", lands -5),
    goal!(This "q0" "engineering/platform" "calm-deploys", lands -11, on "platform-calm-deploys", first "smooth-deploys"),
    goal!(This "q0" "engineering/platform" "fresh-forecasts", lands -9),
    goal!(This "q0" "growth" "harbour-partners", lands -12, on "growth-harbours"),
    goal!(This "q0" "growth" "word-of-mouth", lands -11, on "growth-harbours"),
    goal!(This "q0" "support" "first-answer", lands -8),
    goal!(This "q0" "support" "help-pages", lands -7),
    goal!(This "q0" "support" "voice-of-skippers", lands -4),
];

/// The branches of the year that ended in a merge commit.
pub(super) const BRANCHES: &[Branch] = &[
    Branch {
        name: "annual-plan",
        number: 3,
        title: "The annual plan, agreed by all three teams",
        slot: Slot::Year,
        merged: -5,
        by: "chiara",
        carries: None,
    },
    Branch {
        name: "growth-two-goals",
        number: 21,
        title: "Growth: two goals instead of seven",
        slot: Slot::Before,
        merged: -5,
        by: "freya",
        carries: None,
    },
    Branch {
        name: "platform-second-round",
        number: 38,
        title: "Platform: finish the pipeline, then make releases safe",
        slot: Slot::Last,
        merged: -4,
        by: "ana",
        carries: None,
    },
    Branch {
        name: "week-of-the-inputs",
        number: 44,
        title: "Platform: check-ins from the week of the inputs",
        slot: Slot::Last,
        merged: 27,
        by: "ana",
        carries: Some(("q1/one-pipeline", 19, 20)),
    },
    Branch {
        name: "platform-calm-deploys",
        number: 55,
        title: "Platform: deploys are the bottleneck now",
        slot: Slot::This,
        merged: -4,
        by: "ana",
        carries: None,
    },
    Branch {
        name: "growth-harbours",
        number: 57,
        title: "Growth: harbours as partners",
        slot: Slot::This,
        merged: -5,
        by: "chiara",
        carries: None,
    },
];

pub(super) use super::edits::EDITS;
