//! Reading and editing the demo's own plan texts, which are known to be one key a line.
//!
//! Not a TOML reader: it serves only the texts compiled into this program.

/// The text of a key's value in a table, without quotes; the top of the plan is the table `""`.
pub(super) fn field<'t>(plan: &'t str, table: &str, key: &str) -> Option<&'t str> {
    lines_of(plan, table).find_map(|line| {
        let (name, value) = line.split_once(" = ")?;
        (name == key).then(|| value.trim_matches('"'))
    })
}

/// The ids of the tables below `parent`, in the order of the plan.
pub(super) fn tables<'t>(plan: &'t str, parent: &str) -> Vec<&'t str> {
    plan.lines()
        .filter_map(|line| {
            line.strip_prefix('[')?.strip_suffix(']')?.strip_prefix(parent)?.strip_prefix('.')
        })
        .filter(|id| !id.contains('.'))
        .collect()
}

/// The plan without its `[close]` table, and that table's text if there is one.
pub(super) fn split_close(plan: &str) -> (&str, Option<&str>) {
    match plan.find("\n[close]") {
        Some(at) => (&plan[..at], Some(&plan[at..])),
        None => (plan, None),
    }
}

/// The plan without the days on which its initiatives were done.
pub(super) fn without_done(plan: &str) -> String {
    plan.lines().filter(|line| !line.starts_with("done = ")).flat_map(|line| [line, "\n"]).collect()
}

/// The plan with one more line at the end of a table.
pub(super) fn append_to_table(plan: &str, table: &str, line: &str) -> String {
    let header = format!("[{table}]\n");
    let body = plan.find(&header).expect("the table is in the plan") + header.len();
    let end = plan[body..].find("\n\n").map_or(plan.len(), |at| body + at + 1);
    format!("{}{line}\n{}", &plan[..end], &plan[end..])
}

fn lines_of<'t>(plan: &'t str, table: &str) -> impl Iterator<Item = &'t str> {
    let header = format!("[{table}]");
    let skip = if table.is_empty() {
        0
    } else {
        plan.lines().position(|line| line == header).map_or(usize::MAX, |at| at + 1)
    };
    plan.lines().skip(skip).take_while(|line| !line.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "title = \"A\"\nowner = \"ana\"\n\n[key_results.x]\nowner = \"ben\"\n\n[key_results.y]\nunit = \"min\"\n\n[close]\nverdict = \"missed\"\n";

    #[test]
    fn fields_are_read_from_their_own_table() {
        assert_eq!(field(PLAN, "", "owner"), Some("ana"));
        assert_eq!(field(PLAN, "key_results.x", "owner"), Some("ben"));
        assert_eq!(field(PLAN, "key_results.y", "owner"), None);
        assert_eq!(field(PLAN, "key_results.z", "owner"), None);
        assert_eq!(tables(PLAN, "key_results"), ["x", "y"]);
    }

    #[test]
    fn a_close_is_split_off_and_a_line_put_at_the_end_of_its_table() {
        let (open, close) = split_close(PLAN);
        assert_eq!(close, Some("\n[close]\nverdict = \"missed\"\n"));
        assert!(
            append_to_table(open, "key_results.x", "weight = 2").contains("ben\"\nweight = 2\n\n")
        );
        assert!(
            append_to_table(open, "key_results.y", "weight = 2").ends_with("min\"\nweight = 2\n")
        );
    }
}
