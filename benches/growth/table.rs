//! `RESULTS.md`: the numbers as tables, with all that one needs to judge them.

use std::fmt::{Arguments, Write};

use kinesis_agg_bench::report::short;

use crate::axis::{AXES, Axis, Unit};
use crate::results::Results;
use crate::work::{WORKS, Work};

const HEAD: &str = "\
# Results

Written by `cargo xtask growth`, from `results.json` beside it. `README.md` says what is measured, and why a line climbs
where it does.

![How cost grows](chart.svg)

";

const CLIMBS: &str = "
## How far it climbs

The most that a point costs above an earlier one of its line: 1.00x is flat or falling, which is linear or better.

";

/// The whole page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = String::from(HEAD);
    page += &results.run.as_list();
    let (version, rust) = (&results.version, &results.rust);
    push(
        &mut page,
        format_args!("- Versions: kinesis-agg {version}, Rust {rust}\n"),
    );
    page += CLIMBS;
    climbs(&mut page, results);
    for axis in AXES {
        batches(&mut page, results, axis);
        times(&mut page, results, axis);
        heaps(&mut page, results, axis);
    }
    page
}

/// What a terminal shows: how quiet it was, and how far cost climbs.
pub(crate) fn text(results: &Results) -> String {
    let mut text = format!("{}\n\n", results.run.how_quiet());
    climbs(&mut text, results);
    text
}

fn climbs(page: &mut String, results: &Results) {
    header(
        page,
        "cost along",
        &WORKS.map(|work| work.title().to_owned()),
    );
    for axis in AXES {
        let (title, unit) = (axis.title(), axis.unit());
        let time = |work| results.climb(axis, |point| point.time(work, unit));
        let first = format!("{title}: time for a {}", unit.name());
        row(page, &first, &times_as_much(axis, time));
        let heap = |work| results.climb(axis, |point| point.heap(work));
        let first = format!("{title}: heap for a byte of aggregates");
        row(page, &first, &times_as_much(axis, heap));
    }
}

/// A cell for each work; empty where the axis has none such.
fn times_as_much(axis: Axis, climb: impl Fn(Work) -> f64) -> Vec<String> {
    let cell = |work| {
        let is_done = axis.works().contains(&work);
        is_done.then(|| format!("{:.2}x", climb(work)))
    };
    WORKS.map(|work| cell(work).unwrap_or_default()).to_vec()
}

/// What the points are.
fn batches(page: &mut String, results: &Results, axis: Axis) {
    let (title, explained) = (axis.title(), axis.explained());
    push(page, format_args!("\n## {title}\n\n{explained}\n\n"));
    let columns = ["Kinesis records", "user records", "partition keys", "bytes"];
    header(page, axis.counts(), &columns.map(str::to_owned));
    for point in results.along(axis) {
        let counts = [
            point.kinesis_records,
            point.user_records,
            point.partition_keys,
            point.bytes,
        ];
        row(page, &grouped(point.at), &counts.map(grouped));
    }
}

fn times(page: &mut String, results: &Results, axis: Axis) {
    page.push_str(
        "\nNanoseconds for a user record, nanoseconds for a KB of aggregates, and GB of aggregates in a second.\n\n",
    );
    work_header(page, axis, |title| {
        [
            format!("{title}: ns"),
            "ns/KB".to_owned(),
            "GB/s".to_owned(),
        ]
    });
    for point in results.along(axis) {
        let cells = axis.works().iter().map(|work| {
            let work = *work;
            [
                short(point.time(work, Unit::UserRecord)),
                short(point.time(work, Unit::Kilobyte)),
                short(point.gigabytes_per_second(work)),
            ]
        });
        row(page, &grouped(point.at), &Vec::from_iter(cells.flatten()));
    }
}

fn heaps(page: &mut String, results: &Results, axis: Axis) {
    page.push_str(
        "\nBytes of heap in the first round at most, these for a byte of aggregates, and allocations of a later round.\n\n",
    );
    work_header(page, axis, |title| {
        [
            format!("{title}: bytes"),
            "a byte".to_owned(),
            "allocations".to_owned(),
        ]
    });
    for point in results.along(axis) {
        let cells = axis.works().iter().map(|work| {
            let cost = point.cost(*work);
            [
                grouped(cost.peak),
                format!("{:.3}", point.heap(*work)),
                grouped(cost.allocations),
            ]
        });
        row(page, &grouped(point.at), &Vec::from_iter(cells.flatten()));
    }
}

/// Three columns for each work of the axis.
fn work_header(page: &mut String, axis: Axis, columns: impl Fn(&str) -> [String; 3]) {
    let works = axis.works().iter();
    let columns = works.flat_map(|work| columns(work.title()));
    header(page, axis.counts(), &Vec::from_iter(columns));
}

fn header(page: &mut String, first: &str, columns: &[String]) {
    row(page, first, columns);
    let right = "---:|".repeat(columns.len());
    push(page, format_args!("|---:|{right}\n"));
}

fn row(page: &mut String, first: &str, cells: &[String]) {
    push(page, format_args!("| {first} | {} |\n", cells.join(" | ")));
}

/// With a comma before each three digits.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let first = (digits.len() + 2) % 3 + 1;
    let mut text = digits[..first].to_owned();
    for three in digits.as_bytes()[first..].chunks(3) {
        text.push(',');
        text.extend(three.iter().map(|digit| char::from(*digit)));
    }
    text
}

fn push(page: &mut String, line: Arguments<'_>) {
    page.write_fmt(line).expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::grouped;

    /// A comma stands before each three digits, and never first.
    #[test]
    fn digits_are_grouped() {
        for (count, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (31_623, "31,623"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(count), expected);
        }
    }
}
