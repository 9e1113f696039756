//! `placeholder`: a title that was never filled in.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Spanned;

use crate::text::printable;

/// Finds titles that are empty or hold a mark for something to be filled in.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for goal in context.each_goal() {
        let of_key_results = goal.plan.key_results.iter().filter_map(|kr| kr.title.as_ref());
        for title in goal.plan.title.iter().chain(of_key_results) {
            if let Some(mark) = mark(&title.value) {
                findings.push(finding(&goal.path, title, &mark));
            }
        }
    }
}

fn finding(path: &str, title: &Spanned<String>, mark: &str) -> Diagnostic {
    let message = match mark {
        "" => "the title is empty".to_owned(),
        mark => format!("the title still has a placeholder: `{}`", printable(mark)),
    };
    Diagnostic::new("placeholder", message, Place::new(path, title.span))
        .help("say what will be true when it is reached")
}

/// What in a title was never filled in.
pub(super) fn mark(title: &str) -> Option<String> {
    let title = title.trim();
    let bare = |c: char| !c.is_alphanumeric();
    let words: Vec<&str> = title.split_whitespace().map(|word| word.trim_matches(bare)).collect();
    if words.iter().all(|word| word.is_empty()) {
        return Some(String::new());
    }
    let marks = ["TBD", "TBC", "TBA", "TODO", "XX", "XXX", "N0"];
    if let Some(word) = words.iter().find(|word| marks.contains(word)) {
        return Some((*word).to_owned());
    }
    let from_to = words.windows(4).find(|four| {
        let letter = |word: &str| word.len() == 1 && word.chars().all(|c| c.is_ascii_uppercase());
        four[0].eq_ignore_ascii_case("from")
            && letter(four[1])
            && four[2] == "to"
            && letter(four[3])
    });
    if let Some(four) = from_to {
        return Some(four.join(" "));
    }
    let name =
        title.trim_end_matches(|c: char| c.is_ascii_digit() || c == '#' || c.is_whitespace());
    let generic = ["key result", "kr", "objective", "goal", "title", "untitled", "tbd", "todo"];
    // No character in lower case is less than one: most titles are too long to be looked at.
    let short_enough = name.chars().nth("key result".len()).is_none();
    (short_enough && generic.contains(&&*name.to_lowercase())).then(|| title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_and_real_titles_are_not() {
        for found in [
            "",
            "  ",
            "…",
            "TBD",
            "tbd",
            "Raise NPS to XX",
            "Grow from X to Y",
            "Key result 1",
            "KR2",
            "Objective",
            "Reach N0 users",
            "Ship (TBD)",
        ] {
            assert!(mark(found).is_some(), "{found}");
        }
        for real in [
            "Key results are recorded weekly",
            "Reduce p99 to 200 ms",
            "XXL parcels arrive whole",
            "Goal difference of +12",
            "better-auth 2.0",
            "Von 3 auf 5 steigern",
            "Migrate from C to Rust in 3 services",
        ] {
            assert!(mark(real).is_none(), "{real}");
        }
    }
}
