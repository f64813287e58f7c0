//! Pictures that show in a README: no fonts, no scripts.
//!
//! Colors follow the theme of the reader; the background is painted, as a page
//! may have another.

use std::fmt::{Arguments, Write};

/// Left and right of everything.
const MARGIN: f64 = 24.0;

const LIGHT: &str = "
text { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif; font-size: 14px; fill: #1f2328 }
.title { font-size: 18px; font-weight: 600 }
.part { font-weight: 600 }
.muted { font-size: 12px; fill: #59636e }
.end { text-anchor: end }
.page { fill: #ffffff }
polyline { fill: none }
.axis { stroke: #d1d9e0 }
";

const DARK: &str = "
text { fill: #e6edf3 }
.muted { fill: #9198a1 }
.page { fill: #0d1117 }
.axis { stroke: #3d444d }
";

/// What a picture adds to the classes that all have: `title`, `part`, `muted`,
/// `end`, `page`, `axis`. CSS, a rule a line.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// All rules.
    pub light: &'static str,
    /// What differs where the reader likes it dark.
    pub dark: &'static str,
}

/// A picture that is being drawn.
#[derive(Debug)]
pub struct Svg {
    text: String,
    height: f64,
}

impl Svg {
    /// The left and the right edge of all that is drawn.
    pub const MARGIN: f64 = MARGIN;

    /// A page with a title, a line below it, and what a reader hears who does not see.
    pub fn new(
        (width, height): (f64, f64),
        style: Style,
        (title, below): (&str, &str),
        heard: &str,
    ) -> Self {
        let (light, dark) = (style.light, style.dark);
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\">\n\
             <title>{title}</title>\n<desc>{heard}</desc>\n<style>{LIGHT}{light}\
             @media (prefers-color-scheme: dark) {{{DARK}{dark}}}\n</style>\n\
             <rect class=\"page\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n"
        );
        let mut svg = Self { text, height };
        svg.text((MARGIN, 36.0), "title", title);
        svg.text((MARGIN, 58.0), "muted", below);
        svg
    }

    /// A line of text; its lower left corner, or the right one of class `end`.
    pub fn text(&mut self, (x, y): (f64, f64), class: &str, text: &str) {
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>\n"
        ));
    }

    /// A box, by its upper left corner and its size.
    pub fn rect(&mut self, (x, y): (f64, f64), class: &str, (width, height): (f64, f64)) {
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\"/>\n"
        ));
    }

    /// A line through all points.
    pub fn line(&mut self, class: &str, points: &[(f64, f64)]) {
        let points: Vec<_> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let points = points.join(" ");
        self.push(format_args!(
            "<polyline class=\"{class}\" points=\"{points}\"/>\n"
        ));
    }

    /// A dot of this radius.
    pub fn dot(&mut self, (x, y): (f64, f64), class: &str, radius: f64) {
        self.push(format_args!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>\n"
        ));
    }

    /// The last line, and the text of the file.
    pub fn finish(mut self, foot: &str) -> String {
        self.text((MARGIN, self.height - 18.0), "muted", foot);
        self.text + "</svg>\n"
    }

    fn push(&mut self, part: Arguments<'_>) {
        self.text
            .write_fmt(part)
            .expect("a string takes everything");
    }
}
