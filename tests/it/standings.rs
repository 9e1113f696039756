//! How goals stood on other days is what a rollup for that day says.

use goals::date::add_days;
use goals::pipeline::{self, Source};
use goals::repo::Snapshot;
use goals::rollup;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::generate::{Workspace, workspace};

fn read(workspace: &Workspace) -> pipeline::Workspace {
    let snapshot: Snapshot =
        workspace.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    pipeline::read(Source::Files(snapshot)).expect("files at hand can be read")
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn standings_are_those_of_a_rollup_for_that_day(workspace in workspace(), every in 1..4_usize) {
        let model = read(&workspace).model;
        let wanted: Vec<usize> = (0..model.goals.len()).step_by(every).collect();
        let days: Vec<_> =
            [-400, -90, -7, 0, 7, 91].map(|days| add_days(workspace.as_of, days)).into();
        let standings = rollup::standings(&model, &wanted, &days);
        prop_assert_eq!(standings.len(), days.len());
        for (day, found) in days.iter().zip(standings) {
            let whole = rollup::compute(&model, None, *day);
            prop_assert_eq!(found.len(), wanted.len());
            for (at, found) in wanted.iter().zip(found) {
                let expected = &whole.goals[*at];
                prop_assert_eq!(found.status, expected.status);
                prop_assert_eq!(found.confidence, expected.confidence);
                prop_assert_eq!(&found.key_results, &expected.key_results);
            }
        }
    }
}
