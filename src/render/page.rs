//! A rule's page on the terminal: headings stand out, code stands back, prose fits the width.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::terminal::Look;

/// The widest that prose is set, however wide the terminal.
const MAX_WIDTH: usize = 90;

/// Shows a page of `docs/rules/`. Where there is no colour it is the Markdown itself.
///
/// Pages are the program's own text: headings, paragraphs, fenced code, lists and tables that are
/// left as they are, and inline code and links.
pub fn page(markdown: &str, look: Look) -> String {
    if !look.colour {
        return markdown.to_owned();
    }
    let width = look.width.unwrap_or(MAX_WIDTH).clamp(20, MAX_WIDTH);
    let mut shown = String::new();
    let mut prose: Vec<&str> = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        let fence = line.starts_with("```");
        if in_code && !fence {
            shown.push_str(&code_line(line, look));
            continue;
        }
        let heading = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim());
        if !(fence || line.is_empty() || heading.is_some()) {
            prose.push(line);
            continue;
        }
        shown.push_str(&paragraph(&std::mem::take(&mut prose), width, look));
        match heading {
            _ if fence => in_code = !in_code,
            Some(heading) => shown.push_str(&format!("{}\n", look.bold(heading))),
            None => shown.push('\n'),
        }
    }
    shown + &paragraph(&prose, width, look)
}

fn code_line(line: &str, look: Look) -> String {
    if line.is_empty() { "\n".to_owned() } else { format!("    {}\n", look.dim(line)) }
}

/// Sets the words of a paragraph in lines of at most `width` columns.
fn paragraph(lines: &[&str], width: usize, look: Look) -> String {
    let text = without_links(&lines.join(" "));
    let mut set: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match set.last_mut() {
            Some(line)
                if line.replace('`', "").width() + 1 + word.replace('`', "").width() <= width =>
            {
                line.push(' ');
                line.push_str(word);
            }
            _ => set.push(word.to_owned()),
        }
    }
    let mut in_code = false;
    set.iter().map(|line| inline_code(line, &mut in_code, look) + "\n").collect()
}

/// Paints what stands between backticks, which may go on in the next line.
fn inline_code(line: &str, in_code: &mut bool, look: Look) -> String {
    let mut shown = String::new();
    for (at, part) in line.split('`').enumerate() {
        if at > 0 {
            *in_code = !*in_code;
        }
        let style = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
        shown.push_str(&if *in_code { look.paint(style, part) } else { part.to_owned() });
    }
    shown
}

/// Keeps the text of each link.
fn without_links(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let (Some(start), Some(end)) = (rest[..middle].rfind('['), rest[middle..].find(')')) else {
            break;
        };
        shown.push_str(&rest[..start]);
        shown.push_str(&rest[start + 1..middle]);
        rest = &rest[middle + end + 1..];
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a-rule\n\nFinds `one two` and\nmore, see [syntax](syntax.md).\n\n```toml\na = [1](2)\n\n# b\n```\n";

    #[test]
    fn without_colour_it_is_the_markdown_itself() {
        assert_eq!(page(PAGE, Look::default()), PAGE);
    }

    #[test]
    fn on_a_terminal_headings_are_bold_and_code_is_dim_and_set_in() {
        let shown = page(PAGE, Look { colour: true, width: Some(20) });
        let (bold, dim, cyan, end) = ("\u{1b}[1m", "\u{1b}[2m", "\u{1b}[36m", "\u{1b}[0m");
        assert_eq!(
            shown,
            format!(
                "{bold}a-rule{end}\n\nFinds {cyan}one two{end} and\nmore, see syntax.\n\n    {dim}a = [1](2){end}\n\n    {dim}# b{end}\n"
            )
        );
    }

    #[test]
    fn code_may_go_on_in_the_next_line() {
        let shown = page(
            "aaaa aaaa aaaa aaaa `bbbb bbbb cccc` dd\n",
            Look { colour: true, width: Some(20) },
        );
        let (cyan, end) = ("\u{1b}[36m", "\u{1b}[0m");
        assert_eq!(shown, format!("aaaa aaaa aaaa aaaa\n{cyan}bbbb bbbb cccc{end} dd\n"));
    }
}
