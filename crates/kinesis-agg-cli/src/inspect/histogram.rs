//! Counts of numbers by their size, in powers of two.

/// How many numbers there were of each length in bits: 0 is a class of its own,
/// and class `n` reaches from 2^(n-1) to 2^n - 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Histogram {
    classes: [u64; CLASSES],
}

const CLASSES: usize = u64::BITS as usize + 1;

/// Numbers from `low` to `high`, and how many there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) low: u64,
    pub(super) high: u64,
    pub(super) count: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            classes: [0; CLASSES],
        }
    }
}

impl Histogram {
    /// Counts `number`.
    pub(super) fn add(&mut self, number: u64) {
        self.classes[(u64::BITS - number.leading_zeros()) as usize] += 1;
    }

    /// Counts all that `other` counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (count, more) in self.classes.iter_mut().zip(other.classes) {
            *count += more;
        }
    }

    /// The classes from the lowest to the highest number, those between that
    /// nobody is in too; if they are more than `max`, of fewer and wider classes.
    pub(super) fn classes(&self, max: usize) -> Vec<Class> {
        let Some(first) = self.classes.iter().position(|count| *count > 0) else {
            return Vec::new();
        };
        let last = self.classes.iter().rposition(|count| *count > 0);
        let last = last.unwrap_or(first);
        let width = (last + 1 - first).div_ceil(max.max(1));
        let starts = (first..=last).step_by(width);
        let class = |start: usize| {
            let end = (start + width - 1).min(last);
            Class {
                low: low(start),
                high: high(end),
                count: self.classes[start..=end].iter().sum(),
            }
        };
        starts.map(class).collect()
    }
}

const fn low(class: usize) -> u64 {
    match class {
        0 => 0,
        _ => 1 << (class - 1),
    }
}

const fn high(class: usize) -> u64 {
    match class {
        0 => 0,
        64 => u64::MAX,
        _ => (1 << class) - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Histogram};

    fn classes(numbers: &[u64], max: usize) -> Vec<(u64, u64, u64)> {
        let mut histogram = Histogram::default();
        for number in numbers {
            histogram.add(*number);
        }
        let classes = histogram.classes(max).into_iter();
        Vec::from_iter(classes.map(|Class { low, high, count }| (low, high, count)))
    }

    /// Each number is in one class; classes lie side by side.
    #[test]
    fn classes_are_powers_of_two() {
        assert_eq!(classes(&[], 9), []);
        assert_eq!(classes(&[0], 9), [(0, 0, 1)]);
        assert_eq!(
            classes(&[0, 1, 4, 7], 9),
            [(0, 0, 1), (1, 1, 1), (2, 3, 0), (4, 7, 2)]
        );
        assert_eq!(classes(&[u64::MAX], 9), [(1 << 63, u64::MAX, 1)]);
    }

    /// However far the numbers lie apart, there are no more rows than asked for,
    /// and none is lost.
    #[test]
    fn classes_are_joined() {
        let numbers = [0, 1, 5, 100, 70_000, u64::MAX];
        for max in 1..70 {
            let found = classes(&numbers, max);
            assert!(found.len() <= max, "{max}");
            assert_eq!(found.iter().map(|class| class.2).sum::<u64>(), 6, "{max}");
            for pair in found.windows(2) {
                assert_eq!(pair[0].1 + 1, pair[1].0, "{max}");
            }
        }
        assert_eq!(classes(&[1, 2, 4, 8], 2), [(1, 3, 2), (4, 15, 2)]);
    }
}
