//! `RESULTS.md`: the numbers as tables, with all that one needs to judge them.

use std::fmt::Write;

use kinesis_agg_bench::report::short;

use crate::peer::Work;
use crate::results::{Implementation, Results, Row};

/// A number of a row, and how a column shows it.
struct Measure {
    title: &'static str,
    explained: &'static str,
    of: fn(&Row) -> f64,
    /// Whether to say how many times ours it is.
    compared: bool,
}

const MEASURES: [Measure; 3] = [
    Measure {
        title: "processor time",
        explained: "Nanoseconds of processor time for a user record, and how many times ours that is.",
        of: |row| row.cpu_ns,
        compared: true,
    },
    Measure {
        title: "time",
        explained: "Nanoseconds by the clock for a user record, and how many times ours that is.",
        of: |row| row.wall_ns,
        compared: true,
    },
    Measure {
        title: "peak memory",
        explained: "MiB resident at most, the corpus and the runtime included.",
        of: |row| row.peak_mib,
        compared: false,
    },
];

const WORKS: [(Work, &str); 2] = [
    (Work::Deaggregate, "Deaggregate"),
    (Work::Aggregate, "Aggregate"),
];

/// The whole page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = String::from(HEAD);
    page += &results.run.as_list();
    implementations(&mut page, &results.implementations);
    corpora(&mut page, results);
    for (work, title) in WORKS {
        for measure in &MEASURES {
            let Measure {
                title: what,
                explained,
                ..
            } = measure;
            push(
                &mut page,
                format_args!("\n## {title}: {what}\n\n{explained}\n\n"),
            );
            tables(&mut page, results, work, measure);
        }
    }
    page
}

/// Processor time alone, for a terminal.
pub(crate) fn text(results: &Results) -> String {
    let mut text = format!("{}\n", results.run.how_quiet());
    let works = WORKS.into_iter();
    for (work, title) in works.filter(|(work, _)| !results.doing(*work).is_empty()) {
        let what = MEASURES[0].title;
        push(&mut text, format_args!("\n{title}: {what}\n\n"));
        tables(&mut text, results, work, &MEASURES[0]);
    }
    text
}

const HEAD: &str = "\
# Results

Written by `cargo xtask peers`, from `results.json` beside it. `README.md` says what is measured and what is fair.

![Million user records per CPU second](chart.svg)

";

fn implementations(page: &mut String, implementations: &[Implementation]) {
    *page += "\n| implementation | package | version | runtime | with |\n|---|---|---|---|---|\n";
    for it in implementations {
        let Implementation {
            title,
            package,
            version,
            runtime,
            with,
            ..
        } = it;
        push(
            page,
            format_args!("| {title} | `{package}` | {version} | {runtime} | {with} |\n"),
        );
    }
}

fn corpora(page: &mut String, results: &Results) {
    *page += "\n| corpus | user records | aggregates | bytes of them |\n|---|---:|---:|---:|\n";
    for corpus in &results.corpora {
        let (name, user_records) = (&corpus.name, corpus.user_records);
        let (aggregates, bytes) = (corpus.aggregates, corpus.bytes);
        push(
            page,
            format_args!("| {name} | {user_records} | {aggregates} | {bytes} |\n"),
        );
    }
}

/// The others beside ours in Rust, and then ours in every language.
fn tables(page: &mut String, results: &Results, work: Work, measure: &Measure) {
    let all = results.doing(work);
    let beside = |ours: bool| {
        let wanted = all.iter().filter(|it| it.peer == "ours" || it.ours == ours);
        Vec::from_iter(wanted.copied())
    };
    table(page, results, &beside(false), work, measure);
    let ours = beside(true);
    if ours.len() > 1 {
        page.push('\n');
        table(page, results, &ours, work, measure);
    }
}

fn table(
    page: &mut String,
    results: &Results,
    implementations: &[&Implementation],
    work: Work,
    measure: &Measure,
) {
    let titles: Vec<_> = implementations.iter().map(|it| it.title.as_str()).collect();
    push(page, format_args!("| corpus | {} |\n", titles.join(" | ")));
    push(
        page,
        format_args!("|---|{}\n", "---:|".repeat(titles.len())),
    );
    for corpus in &results.corpora {
        let value = |peer: &str| results.row(peer, &corpus.name, work).map(measure.of);
        let ours = value("ours").filter(|_| measure.compared);
        let cells = implementations.iter().map(|it| cell(value(&it.peer), ours));
        let cells: Vec<_> = cells.collect();
        push(
            page,
            format_args!("| {} | {} |\n", corpus.name, cells.join(" | ")),
        );
    }
}

fn cell(value: Option<f64>, ours: Option<f64>) -> String {
    let Some(value) = value else {
        return "failed".to_owned();
    };
    match ours {
        Some(ours) if value > ours => format!("{} ({}x)", short(value), short(value / ours)),
        Some(ours) if value < ours => format!("{} (**{:.2}x**)", short(value), value / ours),
        _ => short(value),
    }
}

fn push(page: &mut String, line: std::fmt::Arguments<'_>) {
    page.write_fmt(line).expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::cell;

    /// What is better than ours stands out; a failure is said.
    #[test]
    fn a_cell_compares_with_ours() {
        assert_eq!(cell(Some(30.0), Some(10.0)), "30.0 (3.00x)");
        assert_eq!(cell(Some(5.0), Some(10.0)), "5.00 (**0.50x**)");
        assert_eq!(cell(Some(10.0), Some(10.0)), "10.0");
        assert_eq!(cell(Some(30.0), None), "30.0");
        assert_eq!(cell(None, Some(10.0)), "failed");
    }
}
