//! Messages to be digested: how many, how long, and bytes for them.

use kinesis_agg_testkit::generate::Dice;

/// Messages of these lengths.
#[derive(Clone, Debug)]
pub struct Batch {
    /// How many of which size.
    pub name: String,
    lengths: Vec<usize>,
}

impl Batch {
    /// Messages of one length.
    pub fn equal(count: usize, size: &str, len: usize) -> Self {
        Self {
            name: format!("{count} of {size}"),
            lengths: vec![len; count],
        }
    }

    /// Messages of any length from `least` to `most`.
    pub fn mixed(count: usize, size: &str, least: usize, most: usize) -> Self {
        let mut dice = Dice::new(1);
        Self {
            name: format!("{count} of {size}"),
            lengths: (0..count).map(|_| dice.between(least, most)).collect(),
        }
    }

    /// So many partition keys.
    pub fn keys(count: usize, len: usize) -> Self {
        Self {
            name: format!("{count} keys of {len} bytes"),
            lengths: vec![len; count],
        }
    }

    /// How many messages there are.
    pub fn count(&self) -> usize {
        self.lengths.len()
    }

    /// Bytes of all messages.
    pub fn size(&self) -> usize {
        self.lengths.iter().sum()
    }

    /// The bytes of all messages, to be [cut](Self::cut).
    pub fn bytes(&self) -> Vec<u8> {
        Vec::from_iter((0..251).cycle().take(self.size()))
    }

    /// The messages, one behind the other in `bytes`.
    ///
    /// # Panics
    ///
    /// When these are too few.
    pub fn cut<'b>(&self, bytes: &'b [u8]) -> Vec<&'b [u8]> {
        let mut rest = bytes;
        let cut = self.lengths.iter().map(|len| rest.split_off(..*len));
        Vec::from_iter(cut.map(|message| message.expect("long enough")))
    }
}

#[cfg(test)]
mod tests {
    use super::Batch;

    /// As many messages as said, each as long as said, and nothing left.
    #[test]
    fn messages_are_as_many_and_as_long_as_said() {
        for (batch, least, most) in [
            (Batch::equal(3, "5 B", 5), 5, 5),
            (Batch::mixed(50, "0 to 9 B", 0, 9), 0, 9),
            (Batch::keys(3, 36), 36, 36),
        ] {
            let bytes = batch.bytes();
            let messages = batch.cut(&bytes);
            assert_eq!(messages.len(), batch.count(), "{}", batch.name);
            assert_eq!(messages.concat(), bytes, "{}", batch.name);
            let mut lengths = messages.iter().map(|message| message.len());
            assert!(lengths.all(|len| (least..=most).contains(&len)));
        }
    }
}
