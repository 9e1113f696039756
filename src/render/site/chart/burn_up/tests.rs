//! What a burn-up chart draws.

use jiff::civil::date;

use super::super::{numbers, progress_bar, sparkline};
use super::*;

fn plain<'a>() -> BurnUp<'a> {
    BurnUp {
        id: "kr-lead-time".to_owned(),
        title: "Lead time",
        unit: Some("min"),
        start: date(2026, 10, 1),
        end: date(2026, 10, 31),
        today: date(2026, 10, 20),
        baseline: Some(0.0),
        target: Some(100.0),
        at_least: None,
        at_most: None,
        strict: false,
        expected: vec![(date(2026, 10, 1), 0.0), (date(2026, 10, 31), 100.0)],
        expected_now: Some(63.333_3),
        records: Vec::new(),
        forecast: None,
        confidence: Vec::new(),
        moves: Vec::new(),
    }
}

fn record(day: Date, value: f64) -> Point {
    Point { date: day, value, remark: None }
}

fn forecast(at_end: f64, arrival: Option<Date>) -> Option<Forecast> {
    Some(Forecast { at_end, arrival })
}

fn drawn(chart: &BurnUp<'_>) -> String {
    burn_up(chart).as_str().to_owned()
}

#[test]
fn a_point_half_way_lies_midway() {
    let chart = BurnUp { records: vec![record(date(2026, 10, 16), 50.0)], ..plain() };
    assert!(drawn(&chart).contains("cx=\"50%\" cy=\"100\""), "{}", drawn(&chart));
}

#[test]
fn values_and_dates_outside_stay_inside_the_plot() {
    let records = vec![
        record(date(2020, 1, 1), -1e308),
        record(date(2026, 10, 5), 5_000.0),
        record(date(2026, 10, 6), f64::NAN),
        record(date(2030, 1, 1), f64::INFINITY),
    ];
    let svg = drawn(&BurnUp { records, forecast: forecast(1e300, None), ..plain() });
    for x in numbers(&svg, "cx") {
        assert!((0.0..=100.0).contains(&x), "{x}");
    }
    for y in numbers(&svg, "cy") {
        assert!((0.0..=PLOT_HEIGHT).contains(&y), "{y}");
    }
    assert!(svg.contains("<circle class=\"beyond\""), "{svg}");
}

#[test]
fn a_bound_has_an_outside_to_see() {
    let bounded = BurnUp {
        baseline: None,
        target: None,
        at_most: Some(2.0),
        expected: Vec::new(),
        records: vec![record(date(2026, 10, 5), 1.7), record(date(2026, 10, 9), 2.0)],
        ..plain()
    };
    let top = numbers(&drawn(&bounded), "cy").into_iter().fold(f64::MAX, f64::min);
    assert!(top > 1.0, "{top}");
    assert!(!drawn(&bounded).contains("M-4-4L4"), "a bound is within bounds");
    let strict = BurnUp { strict: true, ..bounded };
    assert_eq!(drawn(&strict).matches("M-4-4L4").count(), 1, "unless it is strict");
}

#[test]
fn no_output_holds_a_number_that_is_none() {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1e308, -1e308, 1e-320, 5.0];
    for a in odd {
        for b in odd {
            let chart = BurnUp {
                baseline: Some(a),
                target: Some(b),
                at_least: Some(b),
                forecast: forecast(a, Some(date(2026, 10, 9))),
                expected: vec![(date(2026, 10, 1), a), (date(2026, 10, 31), b)],
                records: vec![record(date(2026, 10, 3), b), record(date(2026, 10, 4), a)],
                ..plain()
            };
            let course = [(date(2026, 10, 3), a), (date(2026, 10, 4), b)];
            let spark = sparkline(&course, &course, chart.start, chart.end, chart.today);
            let bar = progress_bar(Some(a), Some(b), None);
            for svg in [drawn(&chart), spark.as_str().to_owned(), bar.as_str().to_owned()] {
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{a} {b}: {svg}");
            }
        }
    }
}

#[test]
fn a_window_of_one_day_and_a_window_turned_round_are_drawn() {
    for end in [date(2026, 10, 1), date(2026, 9, 1)] {
        let svg = drawn(&BurnUp { end, records: vec![record(date(2026, 10, 1), 1.0)], ..plain() });
        assert!(svg.contains("cx=\"100%\""), "{svg}");
    }
}

#[test]
fn the_same_chart_is_drawn_the_same() {
    let chart = BurnUp {
        records: (1..=30).map(|day| record(date(2026, 10, day), f64::from(day) * 3.3)).collect(),
        forecast: forecast(93.1, None),
        ..plain()
    };
    assert_eq!(drawn(&chart), drawn(&chart.clone()));
}

#[test]
fn a_value_that_falls_is_drawn_falling() {
    let records = vec![record(date(2026, 10, 2), 240.0), record(date(2026, 10, 16), 90.0)];
    let svg = drawn(&BurnUp {
        baseline: Some(240.0),
        target: Some(15.0),
        expected: vec![],
        records,
        ..plain()
    });
    let y = numbers(&svg, "cy");
    assert!(y[0] < y[1], "{y:?}");
}

#[test]
fn moved_goalposts_are_marked_with_old_and_new() {
    let moves = vec![GoalpostMove {
        date: date(2026, 10, 16),
        label: "target 120 → 100 <b>".to_owned(),
        short: Some("120 → 100".to_owned()),
        old_target: Some(120.0),
    }];
    let svg = drawn(&BurnUp { moves, ..plain() });
    assert!(svg.contains("<title>16 Oct 2026: target 120 → 100 &lt;b&gt;</title>"));
    assert!(svg.contains("<svg x=\"50%\""));
    assert!(svg.contains(">120 → 100</text>"), "{svg}");
    let stair = "<path class=\"target\" d=\"M0 40 500 40 500 66.7 1000 66.7\"/>";
    assert!(svg.contains(stair), "{svg}");
}

#[test]
fn a_forecast_ends_where_it_reaches_the_target() {
    let records = vec![record(date(2026, 10, 11), 50.0)];
    let ends = |at_end: f64, arrival: Option<Date>| {
        let forecast = forecast(at_end, arrival);
        let chart = BurnUp { records: records.clone(), forecast, ..plain() };
        let line = forecast_line(&chart).expect("there is a forecast");
        assert!(description(&chart).contains("Forecast"));
        (line.to, line.arrives)
    };
    assert_eq!(ends(80.0, Some(date(2026, 11, 9))), ((date(2026, 10, 31), 80.0), false));
    assert_eq!(ends(150.0, Some(date(2026, 10, 21))), ((date(2026, 10, 21), 100.0), true));
    assert_eq!(ends(-20.0, None), ((date(2026, 10, 31), -20.0), false));
}

#[test]
fn a_forecast_that_leads_off_the_scale_leaves_it() {
    let chart = |at_end| BurnUp {
        records: vec![record(date(2026, 10, 16), 0.0)],
        forecast: forecast(at_end, None),
        ..plain()
    };
    let off = drawn(&chart(-300.0));
    assert!(off.contains("class=\"forecast\" d=\"M500 100 666.7 200\""), "{off}");
    assert!(!off.contains("forecast-end"), "{off}");
    assert!(off.contains("Forecast −300\u{a0}min on 31 Oct 2026"), "{off}");
    let on = drawn(&chart(-100.0));
    assert!(on.contains("class=\"forecast\" d=\"M500 100 1000 200\""), "{on}");
    assert!(on.contains("forecast-end"), "{on}");
}

#[test]
fn one_bound_alone_hides_no_value() {
    let records = vec![record(date(2026, 10, 2), 7.1), record(date(2026, 10, 9), 4.2)];
    let chart = BurnUp {
        baseline: None,
        target: None,
        at_most: Some(5.0),
        expected: vec![],
        records,
        ..plain()
    };
    assert!(!drawn(&chart).contains("beyond"));
    let y = numbers(&drawn(&chart), "cy");
    assert!(y.iter().all(|y| *y > 0.0 && *y < PLOT_HEIGHT), "{y:?}");
}

#[test]
fn values_out_of_bounds_have_a_shape_of_their_own() {
    let records = vec![record(date(2026, 10, 2), 99.0), record(date(2026, 10, 9), 97.0)];
    let chart = BurnUp {
        baseline: None,
        target: None,
        at_least: Some(98.0),
        expected: vec![],
        records,
        ..plain()
    };
    let svg = drawn(&chart);
    assert_eq!((svg.matches("<circle").count(), svg.matches("class=\"outside\"").count()), (1, 1));
    assert_eq!(
        legend(&chart),
        [("record", "Recorded"), ("band", "Within bounds"), ("outside", "Out of bounds")]
    );
}

#[test]
fn its_name_and_its_description_are_the_first_of_it() {
    let svg = drawn(&plain());
    let head = "role=\"img\" aria-labelledby=\"kr-lead-time:t\" aria-describedby=\"kr-lead-time:d\">\
                <title id=\"kr-lead-time:t\">Lead time</title><desc id=\"kr-lead-time:d\">Window";
    assert!(svg.contains(head), "{svg}");
    assert!(!svg.contains("aria-label="), "{svg}");
}

#[test]
fn titles_and_units_are_escaped() {
    let svg = drawn(&BurnUp { title: "\"x></title><script>", unit: Some("\"<b>"), ..plain() });
    assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains("\"\"x"));
}

#[test]
fn confidence_is_a_band_as_high_as_it_is() {
    let confidence = vec![
        (date(2026, 10, 1), 2),
        (date(2026, 10, 16), 9),
        (date(2026, 10, 16), 5),
        (date(2026, 10, 19), 5),
    ];
    let chart = BurnUp { confidence, today: date(2026, 10, 31), ..plain() };
    let svg = drawn(&chart);
    let steps: Vec<&str> = svg.split("<rect class=\"confidence-step\" ").skip(1).collect();
    assert!(steps[0].starts_with("x=\"0%\" width=\"50%\" y=\"256.8\" height=\"5.2\""), "{svg}");
    assert!(steps[1].starts_with("x=\"50%\" width=\"50%\" y=\"249\" height=\"13\""), "{svg}");
    assert_eq!((steps.len(), svg.matches("class=\"confidence-value\"").count()), (2, 2));
    assert!(description(&chart).contains("Confidence from 2 to 5 of 10 on 19 Oct 2026."));
    assert!(legend(&chart).contains(&("confidence", "Confidence, 0 to 10")));
    assert!(!drawn(&plain()).contains("confidence"));
}

#[test]
fn the_expected_path_is_told_in_words() {
    let mut chart = plain();
    assert!(description(&chart).contains(" Expected by now 63.3\u{a0}min."));
    assert_eq!(description(&chart).matches("Expected").count(), 1, "its ends are told already");
    chart.expected.insert(1, (date(2026, 10, 11), 70.0));
    assert!(description(&chart).contains(" Expected 70\u{a0}min on 11 Oct 2026."));
    chart.today = date(2026, 11, 2);
    assert!(!description(&chart).contains("by now"), "it is over");
}
