//! What records cost to send.
//!
//! ```text
//! size of a record   data + partition key, in bytes
//! provisioned        PUT payload units: pieces of 25 KB, at least one a record
//! on demand          bytes, each record rounded up to whole KB
//! ```
//!
//! A KB is 1024 bytes here, as the service counts.
//!
//! Source: the AWS page "Amazon Kinesis Data Streams pricing", and the service's
//! quotas for the size of a record.

/// Bytes of a PUT payload unit.
const UNIT: u64 = 25 * 1024;

/// What on-demand streams round up to.
const KB: u64 = 1024;

/// What a number of records cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) records: u64,
    /// Bytes of data and partition keys.
    pub(crate) bytes: u64,
    /// PUT payload units.
    pub(crate) units: u64,
    /// Bytes, each record rounded up.
    pub(crate) rounded: u64,
}

impl Cost {
    /// Adds a record of `bytes`.
    pub(crate) fn add_record(&mut self, bytes: usize) {
        let bytes = bytes as u64;
        self.add(&Self {
            records: 1,
            bytes,
            units: bytes.div_ceil(UNIT).max(1),
            rounded: bytes.div_ceil(KB).max(1) * KB,
        });
    }

    /// Adds all records of `other`.
    pub(crate) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.bytes += other.bytes;
        self.units += other.units;
        self.rounded += other.rounded;
    }
}

#[cfg(test)]
mod tests {
    use super::Cost;

    /// Units and KB are begun by one byte more, and an empty record takes one.
    #[test]
    fn units_are_rounded_up_for_each_record() {
        for (bytes, units, rounded) in [
            (0, 1, 1024),
            (1, 1, 1024),
            (1024, 1, 1024),
            (1025, 1, 2048),
            (25 * 1024, 1, 25 * 1024),
            (25 * 1024 + 1, 2, 26 * 1024),
            (1 << 20, 41, 1 << 20),
        ] {
            let mut cost = Cost::default();
            cost.add_record(bytes);
            assert_eq!((cost.units, cost.rounded), (units, rounded), "{bytes}");
            cost.add_record(bytes);
            assert_eq!(cost.records, 2);
            assert_eq!((cost.units, cost.rounded), (2 * units, 2 * rounded));
        }
    }
}
