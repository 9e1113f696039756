//! How well a name answers to what was typed of it.

/// How what was typed stands in a name, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// It is the name.
    Whole,
    /// The name begins with it.
    Start,
    /// A word of the name begins with it.
    Word,
    /// It stands inside a word.
    Inside,
    /// Its letters stand in the name in their order, whatever is between them.
    Letters,
}

/// Tells how what was typed stands in a name, in any case of its letters.
pub(super) fn matched(typed: &str, name: &str) -> Option<Match> {
    let (typed, name) = (typed.to_lowercase(), name.to_lowercase());
    if typed == name {
        return Some(Match::Whole);
    }
    if name.starts_with(&typed) {
        return Some(Match::Start);
    }
    match place(&typed, &name) {
        Some((_, true)) => Some(Match::Word),
        Some((_, false)) => Some(Match::Inside),
        None => has_letters(&typed, &name).then_some(Match::Letters),
    }
}

/// What was typed with what follows it in the name, from the beginning of a word before any other
/// place.
pub(super) fn continued(typed: &str, name: &str) -> Option<String> {
    let (small_typed, small_name) = (typed.to_lowercase(), name.to_lowercase());
    let (at, _) = place(&small_typed, &small_name)?;
    let end = at + small_typed.len();
    // Where letters take another room in small, they are told in small.
    let rest = name.get(end..).filter(|rest| rest.to_lowercase() == small_name[end..]);
    Some(format!("{typed}{}", rest.unwrap_or(&small_name[end..])))
}

/// Where a text stands in another, and whether a word begins there.
fn place(typed: &str, name: &str) -> Option<(usize, bool)> {
    let begins_word = |at: usize| !name[..at].ends_with(char::is_alphanumeric);
    let mut places = name.match_indices(typed).map(|(at, _)| at);
    let word = places.clone().find(|at| begins_word(*at)).map(|at| (at, true));
    word.or_else(|| places.next().map(|at| (at, false)))
}

fn has_letters(typed: &str, name: &str) -> bool {
    let mut rest = name.chars();
    typed.chars().filter(|c| !c.is_whitespace()).all(|letter| rest.any(|c| c == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_answer_better_the_nearer_they_begin_with_what_was_typed() {
        use Match::*;
        for (typed, name, expected) in [
            ("care", "care", Some(Whole)),
            ("Care", "care-more", Some(Start)),
            ("", "care", Some(Start)),
            ("care", "annual-plan/care", Some(Word)),
            ("plan/c", "annual-plan/care", Some(Word)),
            ("are", "care are", Some(Word)),
            ("are", "care", Some(Inside)),
            ("apc", "annual-plan/care", Some(Letters)),
            ("grow well", "grow-really-well", Some(Letters)),
            ("É", "l'été", Some(Word)),
            ("x", "care", None),
            ("cares", "care", None),
        ] {
            assert_eq!(matched(typed, name), expected, "{typed} {name}");
        }
    }

    #[test]
    fn a_name_goes_on_from_what_was_typed() {
        let told = |typed, name| continued(typed, name);
        assert_eq!(told("PL", "annual-plan/Care").as_deref(), Some("PLan/Care"));
        assert_eq!(told("are", "care/are").as_deref(), Some("are"));
        assert_eq!(told("i", "İi").as_deref(), Some("i\u{307}i"));
        assert_eq!(told("", "care").as_deref(), Some("care"));
        assert_eq!(told("x", "care"), None);
    }
}
