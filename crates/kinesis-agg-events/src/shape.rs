//! The shapes that AWS hands out Kinesis records in, and how each names things.
//!
//! ```text
//!              list      record                              unit of its time
//! Ndjson       -         {Data, PartitionKey, …}             seconds, or text
//! GetRecords   Records   the same
//! PutRecords   Records   {Data, PartitionKey, ExplicitHashKey}
//! Lambda       Records   {kinesis: {data, partitionKey, …}, eventID, …}     s
//! Pipes        all       {data, partitionKey, …, eventID, …}                s
//! Firehose     records   {recordId, data, kinesisRecordMetadata: {…}}       ms
//! Analytics    records   {recordId, data, kinesisStreamRecordMetadata: {…}} ms
//! ```
//!
//! Knows names alone. Sources: the service's description of `GetRecords` and
//! `PutRecords`; the AWS Lambda, Data Firehose, Kinesis Data Analytics for SQL
//! and EventBridge developer guides.

/// The shape of a JSON document, or of a line, that holds Kinesis records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// A Kinesis record a line, its fields named as in the AWS SDKs.
    Ndjson,
    /// An answer of `GetRecords`, as `aws kinesis get-records` prints it.
    GetRecords,
    /// A request of `PutRecords`, as `aws kinesis put-records --cli-input-json`
    /// takes it.
    PutRecords,
    /// An AWS Lambda event of a Kinesis stream, with a tumbling window or without.
    Lambda,
    /// The event of a Lambda function that transforms records for Amazon Data
    /// Firehose.
    Firehose,
    /// The event of a Lambda function that prepares records for Kinesis Data
    /// Analytics for SQL.
    Analytics,
    /// A batch of an EventBridge pipe with a Kinesis source: a bare list.
    Pipes,
}

/// What a field of a record is, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    PartitionKey,
    ExplicitHashKey,
    Data,
    /// Data in base64, where that which is no text has a field of its own.
    DataBase64,
    SequenceNumber,
    SubSequenceNumber,
    Timestamp,
    RecordId,
    Tags,
    /// Written by this project next to a record, and never carried along.
    Note,
    /// The object inside that has the keys.
    Inner,
    Other,
}

/// How a shape writes its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    Seconds,
    Milliseconds,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Self; 7] = [
        Self::Ndjson,
        Self::GetRecords,
        Self::PutRecords,
        Self::Lambda,
        Self::Firehose,
        Self::Analytics,
        Self::Pipes,
    ];

    /// A short name that stays the same: `ndjson`, `get-records`, `put-records`,
    /// `lambda`, `firehose`, `analytics` or `pipes`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::GetRecords => "get-records",
            Self::PutRecords => "put-records",
            Self::Lambda => "lambda",
            Self::Firehose => "firehose",
            Self::Analytics => "analytics",
            Self::Pipes => "pipes",
        }
    }

    /// Whether fields are named as in the AWS SDKs: `PartitionKey`.
    pub(crate) const fn is_sdk(self) -> bool {
        matches!(self, Self::Ndjson | Self::GetRecords | Self::PutRecords)
    }

    /// The field of the document that has the list of records, where it is an
    /// object.
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::Firehose | Self::Analytics => "records",
            _ => "Records",
        }
    }

    /// The object in a record that has its keys, when there is one of its own.
    pub(crate) const fn inner(self) -> Option<&'static str> {
        match self {
            Self::Lambda => Some("kinesis"),
            Self::Firehose => Some("kinesisRecordMetadata"),
            Self::Analytics => Some("kinesisStreamRecordMetadata"),
            _ => None,
        }
    }

    /// What the field of this role is called.
    pub(crate) const fn field(self, role: Role) -> &'static str {
        let (sdk, camel) = match role {
            Role::PartitionKey => ("PartitionKey", "partitionKey"),
            Role::ExplicitHashKey => ("ExplicitHashKey", "explicitHashKey"),
            Role::Data => ("Data", "data"),
            Role::DataBase64 => ("DataBase64", "dataBase64"),
            Role::SequenceNumber => ("SequenceNumber", "sequenceNumber"),
            Role::SubSequenceNumber => ("SubSequenceNumber", "subSequenceNumber"),
            Role::Timestamp => ("ApproximateArrivalTimestamp", "approximateArrivalTimestamp"),
            Role::RecordId => ("RecordId", "recordId"),
            Role::Tags => ("Tags", "tags"),
            Role::Note | Role::Inner | Role::Other => ("", ""),
        };
        if self.is_sdk() { sdk } else { camel }
    }

    pub(crate) const fn time_unit(self) -> TimeUnit {
        match self {
            Self::Firehose | Self::Analytics => TimeUnit::Milliseconds,
            _ => TimeUnit::Seconds,
        }
    }

    /// What the field `name` of a record is; of the record's own object, or of
    /// the one [`inner`](Self::inner) names.
    pub(crate) fn role(self, name: &str) -> Role {
        if self.inner() == Some(name) || (self == Self::Analytics && name == FROM_FIREHOSE) {
            return Role::Inner;
        }
        if self.is_sdk() {
            return sdk_role(name);
        }
        camel_role(name)
    }
}

/// The object with the time of records that Analytics reads from Firehose: those
/// have no keys.
pub(crate) const FROM_FIREHOSE: &str = "kinesisFirehoseRecordMetadata";

fn sdk_role(name: &str) -> Role {
    match name {
        "PartitionKey" => Role::PartitionKey,
        "ExplicitHashKey" => Role::ExplicitHashKey,
        "Data" => Role::Data,
        "DataBase64" => Role::DataBase64,
        "SequenceNumber" => Role::SequenceNumber,
        "SubSequenceNumber" => Role::SubSequenceNumber,
        "ApproximateArrivalTimestamp" => Role::Timestamp,
        "Tags" => Role::Tags,
        _ => note(name, &SDK_NOTES),
    }
}

fn camel_role(name: &str) -> Role {
    match name {
        "partitionKey" => Role::PartitionKey,
        "explicitHashKey" => Role::ExplicitHashKey,
        "data" => Role::Data,
        "sequenceNumber" => Role::SequenceNumber,
        // Firehose has it in one word.
        "subSequenceNumber" | "subsequenceNumber" => Role::SubSequenceNumber,
        "approximateArrivalTimestamp" => Role::Timestamp,
        "recordId" => Role::RecordId,
        "tags" => Role::Tags,
        _ => note(name, &CAMEL_NOTES),
    }
}

const SDK_NOTES: [&str; 6] = [
    "Aggregated",
    "NotAggregated",
    "Offset",
    "InRange",
    "UserRecords",
    "HashKeySpan",
];

const CAMEL_NOTES: [&str; 3] = ["aggregated", "inRange", "userRecords"];

fn note(name: &str, notes: &[&str]) -> Role {
    if notes.contains(&name) {
        Role::Note
    } else {
        Role::Other
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, Shape};

    /// Each shape knows its own names and not those of the others.
    #[test]
    fn names_belong_to_their_shape() {
        for shape in Shape::ALL {
            let sdk = shape.role("PartitionKey") == Role::PartitionKey;
            let camel = shape.role("partitionKey") == Role::PartitionKey;
            assert!(sdk != camel, "{}", shape.name());
            assert_eq!(shape.role("x"), Role::Other);
        }
    }
}
