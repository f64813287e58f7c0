//! Prints scores as a table: a line for each corpus, the smallest ratios below.

use kinesis_agg_bench::Corpus;

use kinesis_agg_bench::contest::Score;

/// A table that is printed as it grows.
pub(crate) struct Table {
    title: &'static str,
    /// The smallest ratio in each column; empty before the first line.
    smallest: Vec<f64>,
}

impl Table {
    pub(crate) const fn new(title: &'static str) -> Self {
        Self {
            title,
            smallest: Vec::new(),
        }
    }

    /// Prints the line of `corpus`, and the header above the first one.
    pub(crate) fn add(&mut self, corpus: &Corpus, scores: &[Score]) {
        if self.smallest.is_empty() {
            self.print_header(scores);
        }
        let count = u32::try_from(corpus.user_record_count()).map_or(f64::NAN, f64::from);
        let ours = scores[0].1.as_secs_f64();
        print!("{:24}", corpus.name);
        for ((_, time), smallest) in scores.iter().zip(&mut self.smallest) {
            let time = time.as_secs_f64();
            let ratio = time / ours;
            *smallest = smallest.min(ratio);
            print!("{:9.1} {ratio:6.2}x", time * 1e9 / count);
        }
        println!();
    }

    fn print_header(&mut self, scores: &[Score]) {
        println!("{}", self.title);
        print!("{:24}", "");
        for (name, _) in scores {
            print!("{name:>17}");
        }
        println!();
        self.smallest = vec![f64::INFINITY; scores.len()];
    }

    /// Prints the smallest ratio of each column.
    pub(crate) fn finish(self) {
        print!("{:24}", "smallest");
        for ratio in &self.smallest {
            print!("{ratio:16.2}x");
        }
        println!("\n");
    }
}
