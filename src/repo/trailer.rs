//! Trailers: the last lines of a commit's message, `Key: value`, read by git's own rules.

/// What git itself writes below a message: one such line makes trailers of a paragraph of which not
/// every line is one.
const WRITTEN_BY_GIT: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// The values of every trailer whose key is `key`, whatever its case; folded lines are joined.
pub(super) fn values(message: &[u8], key: &str) -> Vec<String> {
    if !may_have(message, key) {
        return Vec::new();
    }
    let message = message.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut lines: Vec<&[u8]> = message.split(|byte| *byte == b'\n').collect();
    let title = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    lines.drain(..title);
    lines.truncate(end(&lines));
    let Some(start) = start(&lines) else { return Vec::new() };
    joined(&lines[start..])
        .iter()
        .filter_map(|trailer| split(trailer))
        .filter(|(found, _)| found.eq_ignore_ascii_case(key.as_bytes()))
        .map(|(_, value)| unfolded(value))
        .collect()
}

/// A quick look, so that the many messages without the key cost nothing more.
fn may_have(message: &[u8], key: &str) -> bool {
    let key = key.as_bytes();
    message.windows(key.len()).any(|part| part.eq_ignore_ascii_case(key))
}

/// Where the message ends: before the comments, empty lines and lists of conflicts below it.
fn end(lines: &[&[u8]]) -> usize {
    let mut end = None;
    let mut in_conflicts = false;
    for (at, line) in lines.iter().enumerate() {
        let is_list = *line == b"Conflicts:";
        if is_list || line.is_empty() || is_comment(line) {
            in_conflicts |= is_list;
            end = end.or(Some(at));
        } else if !(in_conflicts && line.starts_with(b"\t")) {
            (end, in_conflicts) = (None, false);
        }
    }
    end.unwrap_or(lines.len())
}

/// Where the trailers start: the last paragraph, unless it is the first, if all its lines are
/// trailers, or a quarter of them where git wrote one.
fn start(lines: &[&[u8]]) -> Option<usize> {
    let is_gap = |line: &&[u8]| !is_comment(line) && is_blank(line);
    let title = lines.iter().position(is_gap)?;
    let (mut trailers, mut others, mut folded, mut by_git) = (0, 0, 0, false);
    for at in (title..lines.len()).rev() {
        let line = lines[at];
        if is_comment(line) {
            others += std::mem::take(&mut folded);
        } else if is_blank(line) {
            if trailers + others + folded == 0 {
                continue;
            }
            others += folded;
            let all = trailers > 0 && others == 0;
            return (all || by_git && trailers * 3 >= others).then_some(at + 1);
        } else if WRITTEN_BY_GIT.iter().any(|start| line.starts_with(start)) {
            (trailers, folded, by_git) = (trailers + 1, 0, true);
        } else if separator(line).is_some() {
            (trailers, folded) = (trailers + 1, 0);
        } else if is_space(line[0]) {
            folded += 1;
        } else {
            others += 1 + std::mem::take(&mut folded);
        }
    }
    None
}

/// Each line with the folded ones below it.
fn joined(lines: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let is_folded = line.first().is_none_or(|byte| is_space(*byte));
        match found.last_mut() {
            Some(last) if goes_on && is_folded => {
                last.push(b'\n');
                last.extend_from_slice(line);
            }
            _ => {
                goes_on = separator(line).is_some();
                found.push(line.to_vec());
            }
        }
    }
    found
}

/// Key and value of a trailer.
fn split(trailer: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = separator(trailer).filter(|_| !is_comment(trailer))?;
    Some((trailer[..at].trim_ascii(), trailer[at + 1..].trim_ascii()))
}

/// Where the colon of a trailer stands: after a key of letters, digits and hyphens, and white space.
fn separator(line: &[u8]) -> Option<usize> {
    let key = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let gap = line[key..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (key > 0 && line.get(key + gap) == Some(&b':')).then_some(key + gap)
}

/// A value of several lines as one.
fn unfolded(value: &[u8]) -> String {
    let lines: Vec<String> = value
        .split(|byte| *byte == b'\n')
        .enumerate()
        .map(|(at, line)| {
            String::from_utf8_lossy(if at == 0 { line } else { line.trim_ascii_start() })
                .into_owned()
        })
        .collect();
    lines.join(" ").trim().to_owned()
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| is_space(*byte))
}

fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#")
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::values;

    fn goals(message: &str) -> Vec<String> {
        values(message.as_bytes(), "Goal")
    }

    #[test]
    fn the_last_paragraph_holds_the_trailers() {
        assert_eq!(goals("Cache the build\n\nGoal: calm-deploys\n"), ["calm-deploys"]);
        assert_eq!(
            goals("a\n\ntext\n\ngoal : one\nReviewed-by: Ben\nGOAL:two\n\n# a comment\n"),
            ["one", "two"]
        );
        assert_eq!(goals("a\n\nGoal: 2026-q4/\n  calm-deploys\n"), ["2026-q4/ calm-deploys"]);
    }

    #[test]
    fn what_only_looks_like_a_trailer_is_none() {
        for message in [
            "",
            "Goal: a title",
            "Goal: a title\nin two lines\n",
            "a\n\nGoal: x\n\nmore text\n",
            "a\n\nGoal: x\nis what we want\n",
            "a\n\nA Goal: x\n",
            "a\n\n Goal: x\n",
            "a\n\n#Goal: x\n",
            "a\0\n\nGoal: x\n",
        ] {
            assert_eq!(goals(message), Vec::<String>::new(), "{message:?}");
        }
    }

    #[test]
    fn a_line_that_git_wrote_lets_others_stand_beside_trailers() {
        assert_eq!(goals("a\n\nsee below\nGoal: x\nSigned-off-by: A <a@b>\n"), ["x"]);
        assert_eq!(goals("a\n\nGoal: x\n(cherry picked from commit 12)\n"), ["x"]);
    }
}
