//! The one source of chance: PCG-64, and the draws made from it.
//!
//! A draw is defined here, not in a dependency, so that a seed means the same
//! values whatever version of it is in use.

use rand_core::Rng;
use rand_pcg::Pcg64;

/// Chance from a seed.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::generate::Dice;
///
/// let mut dice = Dice::new(7);
/// let rolled: Vec<usize> = (0..4).map(|_| dice.below(6)).collect();
/// assert_eq!(rolled, (0..4).scan(Dice::new(7), |d, _| Some(d.below(6))).collect::<Vec<_>>());
/// ```
#[derive(Clone, Debug)]
pub struct Dice(Pcg64);

/// Any odd constant: the stream of PCG that all generators use.
const STREAM: u128 = 0x6b69_6e65_7369_735f_6167_675f_7465_7374;

impl Dice {
    /// Dice for `seed`.
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(Pcg64::new(seed.into(), STREAM));
        // Seeds next to each other part only after a few steps.
        for _ in 0..4 {
            dice.number();
        }
        dice
    }

    /// Any 64 bits.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Any 128 bits.
    pub fn wide(&mut self) -> u128 {
        u128::from(self.number()) << 64 | u128::from(self.number())
    }

    /// A number below `limit`.
    ///
    /// # Panics
    ///
    /// When `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        assert_ne!(limit, 0, "no number is below 0");
        // The upper half of a product of 64 by 64 bits; the tiny bias does not
        // matter here.
        let product = u128::from(self.number()) * limit as u128;
        usize::try_from(product >> 64).expect("below a usize")
    }

    /// A number from `low` to `high`, both inclusive.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`.
    ///
    /// # Panics
    ///
    /// When there are none.
    pub fn pick<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[self.below(choices.len())]
    }

    /// Any byte.
    pub fn byte(&mut self) -> u8 {
        // The upper bits of PCG are its best.
        self.number().to_be_bytes()[0]
    }

    /// `length` bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        for chunk in bytes.chunks_mut(8) {
            let number = self.number().to_be_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
        bytes
    }

    /// Puts `items` in any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    /// A seed means these values for good: a change here changes every seed
    /// that a failing test ever named.
    #[test]
    fn a_seed_means_the_same_values_for_good() {
        let mut dice = Dice::new(1);
        let numbers: Vec<u64> = (0..3).map(|_| dice.number()).collect();
        let expected = [
            13_451_627_718_031_531_981,
            3_297_127_261_580_105_944,
            10_418_349_918_533_907_700,
        ];
        assert_eq!(numbers, expected);
    }

    /// Every number below the limit comes, and none else.
    #[test]
    fn below_is_below_and_reaches_every_number() {
        let mut dice = Dice::new(2);
        let mut seen = [0; 7];
        for _ in 0..700 {
            seen[dice.below(7)] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
    }
}
