//! What an edit changes in a file, as a unified diff.

/// Lines shown above and below a change.
const AROUND: usize = 3;

/// A unified diff of one hunk, from the first line that differs to the last; empty where nothing does.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let (old, new) = (lines(before), lines(after));
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let above = &old[start.saturating_sub(AROUND)..start];
    let below = &old[old.len() - end..(old.len() - end + AROUND).min(old.len())];
    let (gone, come) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    let around = above.len() + below.len();
    let range = |count: usize| match count {
        0 => "0,0".to_owned(),
        count => format!("{},{count}", start - above.len() + 1),
    };
    let mut text = format!(
        "--- a/{path}\n+++ b/{path}\n@@ -{} +{} @@\n",
        range(gone.len() + around),
        range(come.len() + around)
    );
    for (mark, lines) in [(' ', above), ('-', gone), ('+', come), (' ', below)] {
        for line in lines {
            text.push(mark);
            text.push_str(line);
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_shows_what_goes_and_what_comes() {
        assert_eq!(unified("f", "a\n", "a\n"), "");
        assert_eq!(
            unified("f", "1\n2\n3\n4\nb\na\n5\n", "1\n2\n3\n4\na\nb\n5\n"),
            "--- a/f\n+++ b/f\n@@ -2,6 +2,6 @@\n 2\n 3\n 4\n-b\n-a\n+a\n+b\n 5\n"
        );
        assert_eq!(
            unified("f", "a", "a\n"),
            "--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n"
        );
        assert_eq!(unified("f", "", "a\n"), "--- a/f\n+++ b/f\n@@ -0,0 +1,1 @@\n+a\n");
    }
}
