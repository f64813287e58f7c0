//! The user record of the tests.
//!
//! What a producer is given and what a faithful reader hands back: owned, with
//! keys as text, compared with `==`. What came off the wire with keys that are
//! no text is a [`Record`](crate::protobuf_java::Record) or a
//! [`ReadRecord`](crate::readers::ReadRecord), which keep bytes.

/// A tag of a user record: its key, and its value if it has one.
pub type TestTag = (String, Option<String>);

/// One user record, as given to a producer.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::TestRecord;
///
/// let record = TestRecord::new("user-1", b"hello");
/// assert_eq!(record.explicit_hash_key, None);
/// assert!(record.tags.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TestRecord {
    /// Partition key.
    pub partition_key: String,
    /// Explicit hash key, decimal, if there is one.
    pub explicit_hash_key: Option<String>,
    /// Data, any bytes.
    pub data: Vec<u8>,
    /// Tags in order.
    pub tags: Vec<TestTag>,
}

impl TestRecord {
    /// A user record without explicit hash key and tags.
    pub fn new(partition_key: &str, data: &[u8]) -> Self {
        Self {
            partition_key: partition_key.to_owned(),
            data: data.to_vec(),
            ..Self::default()
        }
    }
}
