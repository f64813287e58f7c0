//! `chart.svg`: million user records per CPU second, as bars.
//!
//! ```text
//! +--------------------------------------------+
//! | title, and what the corpus is              |
//! | Deaggregate                                |
//! |   kinesis-agg  ####################  36.2  |   HEAD
//! |   KCL          #                     1.38  |   ROW each
//! | Aggregate                                  |
//! |   ...                                      |
//! | when and where                             |   FOOT
//! +--------------------------------------------+
//! ```
//!
//! The bars begin at zero and share a scale within a work. Colors follow the
//! theme of the reader; its background is painted, as a page may have another.
//! No fonts, no scripts: it shows as a picture of a README.

use std::fmt::Write;

use crate::corpora::USUAL;
use crate::peer::Work;
use crate::results::{Implementation, Results};
use crate::table::{how_quiet, short};

const WIDTH: f64 = 800.0;
const MARGIN: f64 = 24.0;
/// Where the bars begin, and how long the longest is.
const BARS: f64 = 216.0;
const LONGEST: f64 = 440.0;
const HEAD: f64 = 72.0;
const FOOT: f64 = 44.0;
/// The title of a work and the space above it.
const TITLE: f64 = 44.0;
const ROW: f64 = 28.0;
const BAR: f64 = 18.0;

const WORKS: [(Work, &str); 2] = [
    (Work::Deaggregate, "Deaggregate, checksums verified"),
    (Work::Aggregate, "Aggregate"),
];

const STYLE: &str = "
text { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif; font-size: 14px; fill: #1f2328 }
.title { font-size: 18px; font-weight: 600 }
.work, .ours { font-weight: 600 }
.muted { font-size: 12px; fill: #59636e }
.end { text-anchor: end }
.page { fill: #ffffff }
.bar { fill: #9aa4af }
.bar.first { fill: #0969da }
.axis { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.muted { fill: #9198a1 }
.page { fill: #0d1117 }
.bar { fill: #6e7681 }
.bar.first { fill: #4493f8 }
.axis { stroke: #3d444d }
}
";

/// A bar: who, and how many million user records per CPU second.
struct Speed<'a> {
    implementation: &'a Implementation,
    millions: f64,
}

/// The picture.
pub(crate) fn draw(results: &Results) -> String {
    let works = WORKS.map(|(work, title)| (title, speeds(results, work)));
    let rows: usize = works.iter().map(|(_, speeds)| speeds.len()).sum();
    let height = HEAD + FOOT + 2.0 * TITLE + count(rows) * ROW;
    let mut svg = head(height, &describe(&works));
    let mut y = HEAD;
    for (title, speeds) in &works {
        y = bars(&mut svg, y, title, speeds);
    }
    foot(&mut svg, results, height);
    svg
}

/// Ours first, the others by their speed.
fn speeds(results: &Results, work: Work) -> Vec<Speed<'_>> {
    let mut speeds = Vec::new();
    for implementation in results.doing(work) {
        if let Some(row) = results.row(&implementation.peer, USUAL, work) {
            let millions = 1000.0 / row.cpu_ns;
            speeds.push(Speed {
                implementation,
                millions,
            });
        }
    }
    speeds.sort_by(|a, b| {
        let ours = b.is_ours().cmp(&a.is_ours());
        ours.then(b.millions.total_cmp(&a.millions))
    });
    speeds
}

impl Speed<'_> {
    fn is_ours(&self) -> bool {
        self.implementation.peer == "ours"
    }
}

/// What a reader hears who does not see.
fn describe(works: &[(&str, Vec<Speed<'_>>)]) -> String {
    let mut text = String::new();
    for (title, speeds) in works {
        let all = speeds.iter().map(|speed| {
            let title = &speed.implementation.title;
            format!("{title} {}", short(speed.millions))
        });
        let all: Vec<_> = all.collect();
        push(&mut text, format_args!("{title}: {}. ", all.join("; ")));
    }
    text.trim_end().to_owned()
}

fn head(height: f64, description: &str) -> String {
    let title = "Million user records per CPU second";
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\n\
         <title>{title}</title>\n<desc>{description}</desc>\n<style>{STYLE}</style>\n\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>\n"
    );
    text(&mut svg, (MARGIN, 36.0), "title", title);
    let corpus = "100 B each, four to a partition key, in aggregates of 50 KB; longer is better";
    text(&mut svg, (MARGIN, 58.0), "muted", corpus);
    svg
}

/// A work; returns where the next one begins.
fn bars(svg: &mut String, top: f64, title: &str, speeds: &[Speed<'_>]) -> f64 {
    text(svg, (MARGIN, top + 28.0), "work", title);
    let first = top + TITLE;
    let bottom = first + count(speeds.len()) * ROW;
    let most = speeds.iter().map(|speed| speed.millions);
    let most = most.fold(f64::MIN_POSITIVE, f64::max);
    let mut y = first;
    for speed in speeds {
        bar(svg, y, speed, most, speeds);
        y += ROW;
    }
    push(
        svg,
        format_args!("<path class=\"axis\" d=\"M{BARS} {first}V{bottom}\"/>\n"),
    );
    bottom
}

fn bar(svg: &mut String, y: f64, speed: &Speed<'_>, most: f64, all: &[Speed<'_>]) {
    let width = (speed.millions / most * LONGEST).max(1.0);
    let (class, label) = if speed.is_ours() {
        ("bar first", "ours end")
    } else {
        ("bar", "end")
    };
    let baseline = y + ROW / 2.0 + 5.0;
    let title = &speed.implementation.title;
    text(svg, (BARS - 12.0, baseline), label, title);
    let top = y + (ROW - BAR) / 2.0;
    push(
        svg,
        format_args!(
            "<rect class=\"{class}\" x=\"{BARS}\" y=\"{top}\" width=\"{width:.1}\" height=\"{BAR}\"/>\n"
        ),
    );
    let ours = all.iter().find(|speed| speed.is_ours());
    let times = ours.filter(|_| !speed.is_ours()).map(|ours| {
        let times = short(ours.millions / speed.millions);
        format!("<tspan class=\"muted\" dx=\"8\">ours {times}x</tspan>")
    });
    let value = short(speed.millions) + &times.unwrap_or_default();
    text(svg, (BARS + width + 8.0, baseline), "value", &value);
}

fn foot(svg: &mut String, results: &Results, height: f64) {
    let run = &results.run;
    let machine = &run.machine;
    let quiet = how_quiet(run).replace("**", "");
    let line = format!("{}, {}; {quiet}", run.date, machine.processor);
    text(svg, (MARGIN, height - 18.0), "muted", &line);
    *svg += "</svg>\n";
}

fn text(svg: &mut String, (x, y): (f64, f64), class: &str, text: &str) {
    push(
        svg,
        format_args!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>\n"),
    );
}

/// Rows stay below 2^52.
#[expect(clippy::cast_precision_loss)]
fn count(rows: usize) -> f64 {
    rows as f64
}

fn push(svg: &mut String, part: std::fmt::Arguments<'_>) {
    svg.write_fmt(part).expect("a string takes everything");
}
