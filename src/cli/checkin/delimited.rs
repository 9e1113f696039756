//! CSV as RFC 4180 has it, with the place of every cell.

/// A cell and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// What it says.
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: usize,
    /// Its column in characters, from 1.
    pub(super) column: usize,
}

/// A mistake of form, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) problem: &'static str,
}

/// Reads every row. Lines without any text are left out.
///
/// # Errors
///
/// A quoted cell has no end, or goes on behind its end.
pub(super) fn rows(text: &str) -> Result<Vec<Vec<Cell>>, Malformed> {
    let mut reader = Reader {
        rest: text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable(),
        line: 1,
        column: 1,
    };
    let mut rows = Vec::new();
    while reader.rest.peek().is_some() {
        let row = reader.row()?;
        if row.len() > 1 || row.iter().any(|cell| !cell.text.is_empty()) {
            rows.push(row);
        }
    }
    Ok(rows)
}

struct Reader<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    line: usize,
    column: usize,
}

impl Reader<'_> {
    fn row(&mut self) -> Result<Vec<Cell>, Malformed> {
        let mut row = vec![self.cell()?];
        while self.rest.peek() == Some(&',') {
            self.next();
            row.push(self.cell()?);
        }
        self.end_of_line();
        Ok(row)
    }

    fn cell(&mut self) -> Result<Cell, Malformed> {
        let (line, column) = (self.line, self.column);
        let text = if self.rest.peek() == Some(&'"') { self.quoted()? } else { self.plain() };
        Ok(Cell { text, line, column })
    }

    fn plain(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.rest.next_if(|c| !matches!(c, ',' | '\n')) {
            self.column += 1;
            text.push(c);
        }
        if text.ends_with('\r') {
            text.pop();
        }
        text
    }

    fn quoted(&mut self) -> Result<String, Malformed> {
        let malformed = |line, column, problem| Err(Malformed { line, column, problem });
        let (line, column) = (self.line, self.column);
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                None => return malformed(line, column, "the quoted text has no end"),
                Some('"') if self.rest.peek() == Some(&'"') => {
                    self.next();
                    text.push('"');
                }
                Some('"') => break,
                Some(c) => text.push(c),
            }
        }
        self.rest.next_if_eq(&'\r');
        match self.rest.peek() {
            None | Some(',' | '\n') => Ok(text),
            Some(_) => malformed(
                self.line,
                self.column,
                "a quoted cell ends with its quote; a quote within it is doubled",
            ),
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        (self.line, self.column) =
            if next == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        Some(next)
    }

    fn end_of_line(&mut self) {
        if self.rest.peek() == Some(&'\n') {
            self.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(csv: &str) -> Vec<Vec<String>> {
        let rows = rows(csv).expect("well formed");
        rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn cells_are_read_with_quotes_and_any_line_ending() {
        assert_eq!(
            texts("\u{feff}a,b\r\n1,\"x, \"\"y\"\"\"\r\n\r\n2,\"two\nlines\"\n,"),
            [vec!["a", "b"], vec!["1", "x, \"y\""], vec!["2", "two\nlines"], vec!["", ""]]
        );
        assert_eq!(texts(""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn places_count_lines_within_cells() {
        let rows = rows("a,\"x\ny\",b\nc").expect("well formed");
        let places: Vec<_> =
            rows.iter().flatten().map(|cell| (&*cell.text, cell.line, cell.column)).collect();
        assert_eq!(places, [("a", 1, 1), ("x\ny", 1, 3), ("b", 2, 4), ("c", 3, 1)]);
    }

    #[test]
    fn quotes_that_do_not_close_are_found() {
        let at = |csv| rows(csv).map_err(|error| (error.line, error.column));
        assert_eq!(at("a\n1,\"open\n\n"), Err((2, 3)));
        assert_eq!(at("a\n\"x\"y\n"), Err((2, 4)));
    }

    proptest::proptest! {
        #[test]
        fn what_is_quoted_comes_back(table in proptest::collection::vec(proptest::collection::vec("[a-z,\"\n\r é]{0,6}", 2..4), 0..4)) {
            let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
            let lines: Vec<String> =
                table.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
            proptest::prop_assert_eq!(texts(&lines.join("\r\n")), table);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}|[a,\"\n\r]{0,20}") {
            let _ = rows(&text);
        }
    }
}
