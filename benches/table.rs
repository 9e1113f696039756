//! The table of ratios.

use crate::measure::{Comparison, Spread};

/// One comparison and what came of it.
pub(crate) struct Row {
    /// What is measured.
    pub(crate) work: String,
    /// What it is measured against.
    pub(crate) peer: String,
    /// What came of it.
    pub(crate) outcome: Outcome,
}

/// What came of a comparison.
pub(crate) enum Outcome {
    /// Both sides were measured.
    Measured(Comparison),
    /// There is nothing to measure, and why.
    Missing(String),
    /// One side failed, and how.
    Failed(String),
}

/// Every row, columns aligned: the ratio of times, its quartiles, the ratio of peaks of memory and
/// our own peak; with `times` the medians in milliseconds too.
pub(crate) fn shown(rows: &[Row], times: bool) -> String {
    let mut lines = vec![[
        "measured".to_owned(),
        "÷ peer".to_owned(),
        "ratio  (quartiles)".to_owned(),
        "memory".to_owned(),
        "peak".to_owned(),
        if times { "times".to_owned() } else { String::new() },
    ]];
    lines.extend(rows.iter().map(|row| cells(row, times)));
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    // What failed says more than a column should be wide.
    widths[2] = widths[2].min(24);
    let aligned = lines.iter().map(|line| {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    });
    aligned.collect()
}

/// A ratio as its median and quartiles.
pub(crate) fn spread(spread: Spread) -> String {
    format!("{}  ({}–{})", figure(spread.median), figure(spread.lower), figure(spread.upper))
}

fn cells(row: &Row, times: bool) -> [String; 6] {
    let (work, peer) = (row.work.clone(), row.peer.clone());
    let blank = String::new;
    match &row.outcome {
        Outcome::Missing(why) => {
            [work, peer, format!("not measured: {why}"), blank(), blank(), blank()]
        }
        Outcome::Failed(how) => [work, peer, format!("failed: {how}"), blank(), blank(), blank()],
        Outcome::Measured(comparison) => {
            let memory = comparison.our_peak_kib.zip(comparison.peer_peak_kib);
            let medians = (comparison.ours.median * 1000.0, comparison.peer.median * 1000.0);
            [
                work,
                peer,
                spread(comparison.ratio),
                memory.map_or("–".to_owned(), |(ours, peer)| figure(ours as f64 / peer as f64)),
                comparison
                    .our_peak_kib
                    .map_or("–".to_owned(), |kib| format!("{} MiB", kib / 1024)),
                if times { format!("{:.1} / {:.1} ms", medians.0, medians.1) } else { blank() },
            ]
        }
    }
}

/// A ratio with two digits that count.
fn figure(ratio: f64) -> String {
    let decimals = match ratio {
        r if r >= 10.0 => 0,
        r if r >= 1.0 => 1,
        r if r >= 0.1 => 2,
        r if r >= 0.01 => 3,
        _ => 4,
    };
    format!("{ratio:.decimals$}")
}
