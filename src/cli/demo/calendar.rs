//! The dates of the story: four quarters that end with the one `today` is in.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Names one of the story's four cycles by its place in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// The named cycle over all four quarters.
    Year,
    /// The quarter before last.
    Before,
    /// The last quarter.
    Last,
    /// The quarter `today` is in.
    This,
}

impl Slot {
    /// Reads the name that the library and the edits use: `year`, `q2`, `q1`, `q0`.
    pub(super) fn named(name: &str) -> Option<Slot> {
        match name {
            "year" => Some(Slot::Year),
            "q2" => Some(Slot::Before),
            "q1" => Some(Slot::Last),
            "q0" => Some(Slot::This),
            _ => None,
        }
    }
}

/// Turns day offsets into dates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    today: Date,
    this_quarter: Date,
}

impl Calendar {
    /// Sets the story so that it ends on the evening before `today`.
    ///
    /// Git keeps no dates before 1970: a `today` before 1972 is told as 1972-01-01, and one after
    /// 9998 as that year's last day.
    pub(super) fn new(today: Date) -> Calendar {
        let today = today.clamp(date(1972, 1, 1), date(9998, 12, 31));
        let first_month = (today.month() - 1) / 3 * 3 + 1;
        Calendar { today, this_quarter: date(today.year(), first_month, 1) }
    }

    /// The last day on which anything happens.
    pub(super) fn evening_before(&self) -> Date {
        plus_days(self.today, -1)
    }

    /// First and last day of a cycle, both inclusive.
    pub(super) fn span(&self, slot: Slot) -> (Date, Date) {
        let (start, months) = match slot {
            Slot::Year => (plus_months(self.this_quarter, -9), 12),
            Slot::Before => (plus_months(self.this_quarter, -6), 3),
            Slot::Last => (plus_months(self.this_quarter, -3), 3),
            Slot::This => (self.this_quarter, 3),
        };
        (start, plus_days(plus_months(start, months), -1))
    }

    /// The cycle's id: `annual-plan`, or a built-in one such as `2026-q4`.
    pub(super) fn id(&self, slot: Slot) -> String {
        if slot == Slot::Year {
            return "annual-plan".to_owned();
        }
        let (start, _) = self.span(slot);
        format!("{:04}-q{}", start.year(), (start.month() - 1) / 3 + 1)
    }

    /// The working day that lies `days` after a cycle's first day; before it if negative.
    ///
    /// A weekend gives way to the Friday before, unless the cycle starts on that weekend.
    pub(super) fn day(&self, slot: Slot, days: i32) -> Date {
        let (start, _) = self.span(slot);
        let friday = friday_before_weekend(plus_days(start, days));
        if days >= 0 && friday < start { next_working_day(start) } else { friday }
    }

    /// The working day that lies `days` after a cycle's last day, or before it if not positive.
    pub(super) fn around_end(&self, slot: Slot, days: i32) -> Date {
        let (_, end) = self.span(slot);
        let day = plus_days(end, days);
        if days > 0 { next_working_day(day) } else { friday_before_weekend(day) }
    }

    /// Fills the placeholders of a text that belongs to a cycle.
    ///
    /// `{d40}` is a day of the cycle, `{e-7}` and `{e5}` are days around its end, `{q2}`, `{q1}`
    /// and `{q0}` are the quarters' ids, `{start}` and `{end}` the cycle's own first and last day.
    pub(super) fn fill(&self, slot: Slot, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, tail) = rest.split_at(open);
            filled.push_str(before);
            let placeholder = tail
                .find('}')
                .and_then(|close| Some((close, self.placeholder(slot, &tail[1..close])?)));
            match placeholder {
                Some((close, value)) => {
                    filled.push_str(&value);
                    rest = &tail[close + 1..];
                }
                None => {
                    filled.push('{');
                    rest = &tail[1..];
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    fn placeholder(&self, slot: Slot, name: &str) -> Option<String> {
        let (start, end) = self.span(slot);
        match name {
            "start" => return Some(start.to_string()),
            "end" => return Some(end.to_string()),
            _ => {}
        }
        if let Some(quarter) = Slot::named(name) {
            return Some(self.id(quarter));
        }
        if let Some(days) = name.strip_prefix('d') {
            return Some(self.day(slot, days.parse().ok()?).to_string());
        }
        let days = name.strip_prefix('e')?.parse().ok()?;
        Some(self.around_end(slot, days).to_string())
    }
}

/// The date `days` later, held within what a date can be.
pub(super) fn plus_days(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}

/// The day itself, or the Monday after its weekend.
pub(super) fn next_working_day(date: Date) -> Date {
    match date.weekday() {
        Weekday::Saturday => plus_days(date, 2),
        Weekday::Sunday => plus_days(date, 1),
        _ => date,
    }
}

fn friday_before_weekend(date: Date) -> Date {
    match date.weekday() {
        Weekday::Saturday => plus_days(date, -1),
        Weekday::Sunday => plus_days(date, -2),
        _ => date,
    }
}

fn plus_months(date: Date, months: i32) -> Date {
    date.saturating_add(months.months())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_end_with_the_quarter_of_today() {
        let calendar = Calendar::new(date(2026, 11, 21));
        let spans = [Slot::Year, Slot::Before, Slot::Last, Slot::This]
            .map(|slot| (calendar.id(slot), calendar.span(slot)));
        assert_eq!(
            spans,
            [
                ("annual-plan".to_owned(), (date(2026, 1, 1), date(2026, 12, 31))),
                ("2026-q2".to_owned(), (date(2026, 4, 1), date(2026, 6, 30))),
                ("2026-q3".to_owned(), (date(2026, 7, 1), date(2026, 9, 30))),
                ("2026-q4".to_owned(), (date(2026, 10, 1), date(2026, 12, 31))),
            ]
        );
    }

    #[test]
    fn cycles_reach_into_the_year_before() {
        let calendar = Calendar::new(date(2028, 2, 29));
        assert_eq!(calendar.id(Slot::Before), "2027-q3");
        assert_eq!(calendar.span(Slot::Year), (date(2027, 4, 1), date(2028, 3, 31)));
    }

    #[test]
    fn weekends_give_way_without_leaving_the_cycle() {
        let calendar = Calendar::new(date(2028, 2, 29));
        // 2028-01-01 is a Saturday, 2028-01-16 a Sunday, 2028-04-01 a Saturday.
        assert_eq!(calendar.day(Slot::This, 0), date(2028, 1, 3));
        assert_eq!(calendar.day(Slot::This, 15), date(2028, 1, 14));
        assert_eq!(calendar.around_end(Slot::This, 1), date(2028, 4, 3));
    }

    #[test]
    fn placeholders_are_filled_and_other_braces_left() {
        let calendar = Calendar::new(date(2026, 11, 21));
        assert_eq!(
            calendar.fill(Slot::This, "due = {e-7} # {q1} {d0} { a = {x} }"),
            "due = 2026-12-24 # 2026-q3 2026-10-01 { a = {x} }"
        );
    }
}
