//! Applies the fixes that findings carry to the texts of a workspace.
//!
//! Every byte outside the edits stays as it is. Fixes that overlap are left for another pass, and so
//! nothing is mended twice; a fix that would bring a syntax error into a file is taken back.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::load;
use crate::repo::Snapshot;

/// What one pass has done.
#[derive(Debug, Default)]
pub struct Applied {
    /// The new texts, by path.
    pub texts: BTreeMap<String, String>,
    /// How many fixes were applied.
    pub fixed: usize,
    /// Fixes that were taken back, as rule and path: mistakes of this program.
    pub refused: Vec<(&'static str, String)>,
}

/// Applies the fixes of `findings` to the texts that they were found in, in the order of the files.
pub fn apply<'a>(
    snapshot: &Snapshot,
    findings: impl IntoIterator<Item = &'a Diagnostic>,
) -> Applied {
    let mut by_path: BTreeMap<&str, Vec<(&'static str, &Fix)>> = BTreeMap::new();
    for finding in findings {
        if let Some(fix) = &finding.fix {
            by_path.entry(&finding.primary.place.path).or_default().push((finding.rule, fix));
        }
    }
    let mut applied = Applied::default();
    for (path, fixes) in by_path {
        let Some(text) = snapshot.text(path) else { continue };
        let fixes = without_overlaps(text, path, fixes);
        let (kept, refused) = without_damage(text, fixes);
        applied.refused.extend(refused.into_iter().map(|rule| (rule, path.to_owned())));
        if !kept.is_empty() {
            applied.fixed += kept.len();
            let fixes: Vec<&Fix> = kept.into_iter().map(|(_, fix)| fix).collect();
            applied.texts.insert(path.to_owned(), edited(text, &fixes));
        }
    }
    applied
}

/// The fixes that fit into the text and neither overlap nor touch one before them.
fn without_overlaps<'a>(
    text: &str,
    path: &str,
    fixes: Vec<(&'static str, &'a Fix)>,
) -> Vec<(&'static str, &'a Fix)> {
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut kept = Vec::with_capacity(fixes.len());
    for (rule, fix) in fixes {
        let is_free = |edit: &Edit| {
            let span = edit.place.span;
            let fits = edit.place.path == path && text.get(span.start..span.end).is_some();
            let before = taken.range(..=span.end).next_back();
            fits && before.is_none_or(|(_, end)| *end < span.start)
        };
        if fix.edits.iter().all(is_free) {
            taken.extend(fix.edits.iter().map(|edit| (edit.place.span.start, edit.place.span.end)));
            kept.push((rule, fix));
        }
    }
    kept
}

/// The fixes that bring no syntax error into the text, and the rules of those that would.
fn without_damage<'a>(
    text: &str,
    fixes: Vec<(&'static str, &'a Fix)>,
) -> (Vec<(&'static str, &'a Fix)>, Vec<&'static str>) {
    let before = load::syntax_errors(text);
    let is_sound = |fixes: &[(&'static str, &'a Fix)]| {
        let fixes: Vec<&Fix> = fixes.iter().map(|(_, fix)| *fix).collect();
        load::syntax_errors(&edited(text, &fixes)) <= before
    };
    if is_sound(&fixes) {
        return (fixes, Vec::new());
    }
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    for fix in fixes {
        kept.push(fix);
        if !is_sound(&kept) {
            kept.pop();
            refused.push(fix.0);
        }
    }
    (kept, refused)
}

/// The text with fixes in it that do not overlap.
fn edited(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Edit { place, with } in edits {
        out.push_str(&text[at..place.span.start]);
        out.push_str(with);
        at = place.span.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::text::Span;

    const PATH: &str = "goals/2026-q4/a.toml";
    const TEXT: &str = "title = \"T\"\r\nwieght = 1 # why\r\ndraft = True";

    fn finding(rule: &'static str, start: usize, end: usize, with: &str) -> Diagnostic {
        let span = Span::new(start, end);
        Diagnostic::new(rule, "m", Place::new(PATH, span)).fix(span, with)
    }

    fn pass(findings: &[Diagnostic]) -> Applied {
        apply(&[(PATH, TEXT)].into_iter().collect(), findings)
    }

    #[test]
    fn every_byte_outside_the_edits_stays() {
        let applied = pass(&[finding("a", 13, 19, "weight"), finding("b", 39, 43, "true")]);
        assert_eq!(applied.texts[PATH], "title = \"T\"\r\nweight = 1 # why\r\ndraft = true");
        assert_eq!(applied.fixed, 2);
    }

    #[test]
    fn of_two_fixes_that_overlap_or_touch_one_waits() {
        for second in
            [finding("b", 13, 15, "x"), finding("b", 19, 20, "y"), finding("b", 13, 13, "z")]
        {
            let applied = pass(&[finding("a", 13, 19, "weight"), second]);
            assert_eq!(applied.fixed, 1);
            assert!(applied.texts[PATH].contains("\nweight = 1"));
        }
    }

    #[test]
    fn a_fix_that_breaks_the_file_is_taken_back_alone() {
        let applied = pass(&[finding("a", 8, 9, ""), finding("b", 13, 19, "weight")]);
        assert_eq!(applied.refused, [("a", PATH.to_owned())]);
        assert_eq!(applied.fixed, 1);
        assert!(applied.texts[PATH].starts_with("title = \"T\"\r\nweight"));
    }

    #[test]
    fn an_edit_that_does_not_fit_is_passed_over() {
        assert_eq!(pass(&[finding("a", 8, 4000, "")]).fixed, 0);
    }
}
