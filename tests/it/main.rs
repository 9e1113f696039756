//! The tests of the program and the library from outside, in one binary.

mod support;

mod any_bytes;
mod backends;
mod cli;
mod carrying;
mod closing;
mod contract;
mod docs;
mod doctor;
mod generate;
mod generate_covers;
mod git_history;
mod git_traps;
mod histories;
mod histories_agree;
mod history_oracle;
mod history_traps;
mod judging;
mod layers;
mod odd_repositories;
mod oracle;
mod oracle_agrees;
mod oracle_by_hand;
mod quarter;
mod records_judged;
mod renaming;
mod rule_pages;
mod rules;
mod same_bytes;
mod smart;
mod ten_mistakes;
mod trailers;
mod wording;
mod work;
mod writing;
