//! `chart.svg`: time and heap, a panel for each axis.
//!
//! ```text
//! +--------------------------------------------------------+
//! | title, and how to read it                    -- legend |   HEAD
//! | time for a KB       time for a user record  ...        |   TITLE
//! | |  \                |                       |          |
//! | |   \____           | \_________            | ______/  |   PLOT
//! | +--------           +-----------            +--------- |
//! |  20   1M  bytes      1     10k              1     all  |   TICKS
//! | heap for a byte     heap for a byte         ...        |
//! | ...                                                    |
//! | when and where                                         |   FOOT
//! +--------------------------------------------------------+
//! ```
//!
//! From left to right by its logarithm, upwards from zero: a flat line is
//! linear cost.

use kinesis_agg_bench::report::{Style, Svg};

use crate::axis::{AXES, Axis};
use crate::results::{Point, Results, float};
use crate::work::{WORKS, Work};

const WIDTH: f64 = 960.0;
const HEAD: f64 = 96.0;
const FOOT: f64 = 44.0;
/// The title of a panel and the space above it.
const TITLE: f64 = 32.0;
const PLOT: f64 = 150.0;
/// Numbers and words below a plot.
const TICKS: f64 = 44.0;
/// From the left edge of a panel to that of the next.
const PANEL: f64 = 312.0;
/// Numbers to the left of a plot.
const NUMBERS: f64 = 36.0;
const PLOT_WIDTH: f64 = 246.0;
/// Steps upwards at the most.
const STEPS: f64 = 5.0;

/// The title and the line below it.
const HEADLINE: (&str, &str) = (
    "How cost grows",
    "Flat is linear, falling is better. Checksums are verified and computed.",
);

const STYLE: Style = Style {
    light: "\
.panel { font-size: 13px; font-weight: 600 }
.middle { text-anchor: middle }
.grid { stroke: #eaeef2 }
.line { stroke-width: 2; stroke-linejoin: round }
.line.read, .line.half { stroke: #0969da }
.line.half { stroke-dasharray: 5 4 }
.line.write { stroke: #bc4c00 }
.line.hundreds { stroke-width: 1.5; stroke-dasharray: 1.5 3 }
.dot { fill: #0969da }
.dot.half { fill: #ffffff; stroke: #0969da; stroke-width: 1.5 }
.dot.write { fill: #bc4c00 }
",
    dark: "\
.grid { stroke: #21262d }
.line.read, .line.half { stroke: #4493f8 }
.line.write { stroke: #f0883e }
.dot { fill: #4493f8 }
.dot.half { fill: #0d1117; stroke: #4493f8 }
.dot.write { fill: #f0883e }
",
};

/// What goes upwards.
#[derive(Clone, Copy)]
enum Measure {
    Time,
    Heap,
}

const MEASURES: [Measure; 2] = [Measure::Time, Measure::Heap];

impl Measure {
    fn of(self, point: &Point, work: Work) -> f64 {
        match self {
            Self::Time => point.time(work, point.axis.unit()),
            Self::Heap => point.heap(work),
        }
    }

    fn title(self, axis: Axis) -> String {
        match self {
            Self::Time => format!("ns for a {}", axis.unit().name()),
            Self::Heap => "bytes of heap for a byte of aggregates".to_owned(),
        }
    }
}

/// The picture.
pub(crate) fn draw(results: &Results) -> String {
    let row = TITLE + PLOT + TICKS;
    let height = HEAD + 2.0 * row + FOOT;
    let mut svg = Svg::new((WIDTH, height), STYLE, HEADLINE, &describe(results));
    legend(&mut svg);
    for (down, measure) in MEASURES.into_iter().enumerate() {
        for (right, axis) in AXES.into_iter().enumerate() {
            let left = Svg::MARGIN + NUMBERS + float(right) * PANEL;
            let top = HEAD + float(down) * row + TITLE;
            let points = results.along(axis);
            Panel::new((left, top), axis, measure, &points).draw(&mut svg);
        }
    }
    svg.finish(&results.run.as_line())
}

/// What a reader hears who does not see.
fn describe(results: &Results) -> String {
    let describe = |axis: Axis| {
        let unit = axis.unit();
        let climbs = axis.works().iter().map(|work| {
            let time = results.climb(axis, |point| point.time(*work, unit));
            let heap = results.climb(axis, |point| point.heap(*work));
            format!("{}, time {time:.2}x, heap {heap:.2}x", work.title())
        });
        let (title, climbs) = (axis.title(), Vec::from_iter(climbs).join("; "));
        format!("{title}: cost climbs at most by: {climbs}.")
    };
    AXES.map(describe).join(" ")
}

fn class(work: Work) -> &'static str {
    match work {
        Work::Read => "read",
        Work::ReadInRange => "half",
        Work::Write => "write",
        Work::ReadHundreds => "read hundreds",
        Work::WriteHundreds => "write hundreds",
    }
}

fn legend(svg: &mut Svg) {
    let mut x = Svg::MARGIN;
    let y = HEAD - 14.0;
    for work in WORKS {
        let sample = [(x, y - 4.0), (x + 28.0, y - 4.0)];
        svg.line(&format!("line {}", class(work)), &sample);
        dot(svg, (x + 14.0, y - 4.0), work);
        svg.text((x + 36.0, y), "muted", work.title());
        x += 64.0 + 6.5 * float(work.title().len());
    }
}

/// Marks a point; those of a line for comparison are not.
fn dot(svg: &mut Svg, place: (f64, f64), work: Work) {
    match work {
        Work::Read | Work::ReadInRange | Work::Write => {
            svg.dot(place, &format!("dot {}", class(work)), 3.0);
        }
        Work::ReadHundreds | Work::WriteHundreds => {}
    }
}

/// One measure along one axis.
struct Panel<'r> {
    left: f64,
    top: f64,
    axis: Axis,
    measure: Measure,
    points: &'r [&'r Point],
    /// The number at the top, and from one line across to the next.
    most: f64,
    step: f64,
}

impl<'r> Panel<'r> {
    fn new((left, top): (f64, f64), axis: Axis, measure: Measure, points: &'r [&'r Point]) -> Self {
        let all = points.iter();
        let all = all.flat_map(|point| {
            let works = axis.works().iter();
            works.map(|work| measure.of(point, *work))
        });
        let most = all.fold(f64::MIN_POSITIVE, f64::max);
        let step = step(most);
        Self {
            left,
            top,
            axis,
            measure,
            points,
            most: (most / step).ceil() * step,
            step,
        }
    }

    fn draw(&self, svg: &mut Svg) {
        let title = self.measure.title(self.axis);
        svg.text((self.left - NUMBERS, self.top - 12.0), "panel", &title);
        self.across(svg);
        self.below(svg);
        for work in self.axis.works() {
            let place = |point: &&Point| self.place(point, *work);
            let places = Vec::from_iter(self.points.iter().map(place));
            svg.line(&format!("line {}", class(*work)), &places);
            for place in places {
                dot(svg, place, *work);
            }
        }
    }

    /// Lines across, and their numbers.
    fn across(&self, svg: &mut Svg) {
        let mut value = 0.0;
        while value <= self.most * 1.001 {
            let y = self.y(value);
            let class = if value > 0.0 { "grid" } else { "axis" };
            svg.line(class, &[(self.left, y), (self.left + PLOT_WIDTH, y)]);
            let number = number(value, self.step);
            svg.text((self.left - 6.0, y + 4.0), "muted end", &number);
            value += self.step;
        }
    }

    /// Numbers below: powers of ten and both ends.
    fn below(&self, svg: &mut Svg) {
        let bottom = self.top + PLOT;
        for point in self.points.iter().filter(|point| self.is_marked(point)) {
            let place = (self.x(point.at), bottom + 16.0);
            svg.text(place, "muted middle", &self.mark(point));
        }
        let middle = self.left + PLOT_WIDTH / 2.0;
        svg.text((middle, bottom + 33.0), "muted middle", self.axis.counts());
    }

    fn is_marked(&self, point: &Point) -> bool {
        let ends = [self.points.first(), self.points.last()];
        let is_end = ends.into_iter().flatten().any(|end| end.at == point.at);
        is_end || is_power_of_ten(point.at)
    }

    fn mark(&self, point: &Point) -> String {
        if self.axis == Axis::Keys && point.partition_keys == point.user_records {
            return "distinct".to_owned();
        }
        match point.at {
            at if at >= 1_000_000 => format!("{}M", at / 1_000_000),
            at if at >= 1_000 => format!("{}k", at / 1_000),
            at => at.to_string(),
        }
    }

    fn place(&self, point: &Point, work: Work) -> (f64, f64) {
        (self.x(point.at), self.y(self.measure.of(point, work)))
    }

    fn x(&self, at: usize) -> f64 {
        let first = self.points.first().map_or(1, |point| point.at);
        let last = self.points.last().map_or(1, |point| point.at);
        let (first, last) = (float(first).log10(), float(last).log10());
        // A single point stands to the left.
        let wide = (last - first).max(f64::MIN_POSITIVE);
        self.left + (float(at).log10() - first) / wide * PLOT_WIDTH
    }

    fn y(&self, value: f64) -> f64 {
        self.top + PLOT * (1.0 - value / self.most)
    }
}

/// 1, 2 or 5 times a power of ten, so that few steps reach the top.
fn step(most: f64) -> f64 {
    let power = 10_f64.powf((most / STEPS).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|times| times * power);
    let enough = |step: &f64| most / step <= STEPS;
    steps.into_iter().find(enough).unwrap_or(10.0 * power)
}

/// As many decimals as the step has.
fn number(value: f64, step: f64) -> String {
    let decimals = match step {
        1.0.. => 0,
        0.1.. => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

fn is_power_of_ten(number: usize) -> bool {
    number == 10_usize.pow(number.max(1).ilog10())
}

#[cfg(test)]
mod tests {
    use super::{STEPS, is_power_of_ten, number, step};

    /// Steps are round, and there are neither more than said nor hardly any.
    #[test]
    fn steps_are_round() {
        for (most, expected, last) in [
            (0.9, 0.2, "0.8"),
            (5.0, 1.0, "5"),
            (5.1, 2.0, "4"),
            (1700.0, 500.0, "1500"),
            (0.05, 0.01, "0.05"),
        ] {
            let step = step(most);
            assert!((step / expected - 1.0_f64).abs() < 1e-9, "{most}: {step}");
            assert!(most / step <= STEPS && most / step > 2.0, "{most}: {step}");
            assert_eq!(number((most / step + 1e-9).floor() * step, step), last);
        }
    }

    /// 1, 10, 100, and nothing between them.
    #[test]
    fn powers_of_ten_are_known() {
        let powers = (0..=1_000).filter(|number| is_power_of_ten(*number));
        assert_eq!(Vec::from_iter(powers), [1, 10, 100, 1_000]);
    }
}
