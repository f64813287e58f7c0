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
//! The bars begin at zero and share a scale within a work.

use kinesis_agg_bench::report::{Style, Svg, short};

use crate::corpora::USUAL;
use crate::peer::Work;
use crate::results::{Implementation, Results};

const WIDTH: f64 = 800.0;
/// Where the bars begin, and how long the longest is.
const BARS: f64 = 216.0;
const LONGEST: f64 = 440.0;
const HEAD: f64 = 72.0;
const FOOT: f64 = 44.0;
/// The title of a work and the space above it.
const TITLE: f64 = 44.0;
const ROW: f64 = 28.0;
const BAR: f64 = 18.0;

/// The title and the line below it.
const HEADLINE: (&str, &str) = (
    "Million user records per CPU second",
    "100 B each, four to a partition key, in aggregates of 50 KB; longer is better",
);

const WORKS: [(Work, &str); 2] = [
    (Work::Deaggregate, "Deaggregate, checksums verified"),
    (Work::Aggregate, "Aggregate"),
];

const STYLE: Style = Style {
    light: "\
.ours { font-weight: 600 }
.bar { fill: #9aa4af }
.bar.first { fill: #0969da }
",
    dark: "\
.bar { fill: #6e7681 }
.bar.first { fill: #4493f8 }
",
};

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
    let mut svg = Svg::new((WIDTH, height), STYLE, HEADLINE, &describe(&works));
    let mut y = HEAD;
    for (title, speeds) in &works {
        y = bars(&mut svg, y, title, speeds);
    }
    svg.finish(&results.run.as_line())
}

/// Ours first, in whatever language, all by their speed.
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
        self.implementation.ours
    }
}

/// What a reader hears who does not see.
fn describe(works: &[(&str, Vec<Speed<'_>>)]) -> String {
    let describe = |(title, speeds): &(&str, Vec<Speed<'_>>)| {
        let all = speeds.iter().map(|speed| {
            let title = &speed.implementation.title;
            format!("{title} {}", short(speed.millions))
        });
        let all: Vec<_> = all.collect();
        format!("{title}: {}.", all.join("; "))
    };
    let works: Vec<_> = works.iter().map(describe).collect();
    works.join(" ")
}

/// A work; returns where the next one begins.
fn bars(svg: &mut Svg, top: f64, title: &str, speeds: &[Speed<'_>]) -> f64 {
    svg.text((Svg::MARGIN, top + 28.0), "part", title);
    let first = top + TITLE;
    let bottom = first + count(speeds.len()) * ROW;
    let most = speeds.iter().map(|speed| speed.millions);
    let most = most.fold(f64::MIN_POSITIVE, f64::max);
    let mut y = first;
    for speed in speeds {
        bar(svg, y, speed, most, speeds);
        y += ROW;
    }
    svg.line("axis", &[(BARS, first), (BARS, bottom)]);
    bottom
}

fn bar(svg: &mut Svg, y: f64, speed: &Speed<'_>, most: f64, all: &[Speed<'_>]) {
    let width = (speed.millions / most * LONGEST).max(1.0);
    let (class, label) = if speed.is_ours() {
        ("bar first", "ours end")
    } else {
        ("bar", "end")
    };
    let baseline = y + ROW / 2.0 + 5.0;
    let title = &speed.implementation.title;
    svg.text((BARS - 12.0, baseline), label, title);
    let top = y + (ROW - BAR) / 2.0;
    svg.rect((BARS, top), class, (width, BAR));
    let ours = all.iter().find(|speed| speed.implementation.peer == "ours");
    let times = ours.filter(|_| !speed.is_ours()).map(|ours| {
        let times = short(ours.millions / speed.millions);
        format!("<tspan class=\"muted\" dx=\"8\">ours {times}x</tspan>")
    });
    let value = short(speed.millions) + &times.unwrap_or_default();
    svg.text((BARS + width + 8.0, baseline), "value", &value);
}

/// Rows stay below 2^52.
#[expect(clippy::cast_precision_loss)]
fn count(rows: usize) -> f64 {
    rows as f64
}
