//! The language server, spoken to over a connection in this process.

mod actions;
mod client;
mod completion;
mod finding;
mod hover;
mod navigation;
mod page;
mod rename;
mod shown;
mod trap;

/// A plan without a finding of its own.
const PLAN: &str = r#"title = "Deploys are calm"
why = "Every rollback costs a customer conversation."
owner = "ana"
ambition = "aspirational"

[key_results.lead-time]
title = "Median lead time from merge to production falls from 240 to 15 minutes"
unit = "min"
baseline = 240
target = 15
source = "https://example.com/dashboards/lead-time"

[key_results.rollbacks]
title = "At most 2 rollbacks a month"
kind = "threshold"
at_most = 2
unit = "rollbacks"
source = "https://example.com/dashboards/rollbacks"
due = 2026-12-11
"#;

/// Its records.
const RECORDS: &str = r#"[lead-time]
2026-10-12 = 180
2026-11-09 = { value = 90, confidence = 7, note = "canary on" }

[rollbacks]
2026-11-09 = 1
"#;

/// Where the plan lies.
const PLAN_PATH: &str = "goals/2026-q4/calm-deploys.toml";
/// Where its records lie.
const RECORDS_PATH: &str = "goals/2026-q4/calm-deploys.checkins.toml";

/// A repository with the plan and its records, committed.
fn repository() -> crate::support::Repo {
    let repo = crate::support::Repo::new();
    repo.write("goals.toml", "format = 1\nname = \"Northwind\"\n");
    repo.write(PLAN_PATH, PLAN);
    repo.write(RECORDS_PATH, RECORDS);
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-09T10:00:00+0000", "Canary on");
    repo
}
