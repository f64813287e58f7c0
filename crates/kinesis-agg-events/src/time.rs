//! Times of arrival: the shapes write them in three ways.
//!
//! ```text
//! 1545084650.987                     seconds      GetRecords of the CLI 1, Lambda, Pipes
//! 1545084650987                      milliseconds Firehose, Analytics
//! "2018-12-17T22:10:50.987000+00:00" text         GetRecords of the CLI 2
//! ```

use std::borrow::Cow;

use crate::json;
use crate::shape::{Shape, TimeUnit};

/// Milliseconds since 1970 of a time given as JSON.
pub(crate) fn millis(value: &str, unit: TimeUnit) -> Option<i64> {
    if let Some(text) = json::text(value) {
        let time = text.parse::<jiff::Timestamp>().ok()?;
        return Some(time.as_millisecond());
    }
    let number = value
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())?;
    let millis = match unit {
        TimeUnit::Seconds => number * 1000.0,
        TimeUnit::Milliseconds => number,
    };
    let millis = millis.round();
    // Year 9999, and as far back.
    #[expect(clippy::cast_possible_truncation, reason = "compared before")]
    (millis.abs() < 253_402_300_800_000.0).then_some(millis as i64)
}

/// The same time as `to` writes it; as it stands where both write it alike. What
/// is no time is null where a number is expected.
pub(crate) fn convert(value: &str, from: Shape, to: Shape) -> Cow<'_, str> {
    let is_text = value.starts_with('"');
    if from == to {
        return Cow::Borrowed(value);
    }
    let is_alike = match (from.time_unit(), to.time_unit()) {
        (one, other) if one != other => false,
        // The AWS SDKs' own answers have either.
        _ => to.is_sdk() || (!is_text && value.parse::<f64>().is_ok()),
    };
    if is_alike {
        return Cow::Borrowed(value);
    }
    match millis(value, from.time_unit()) {
        None => Cow::Borrowed("null"),
        Some(millis) => Cow::Owned(written(millis, to)),
    }
}

/// A time as `shape` writes it.
pub(crate) fn written(millis: i64, shape: Shape) -> String {
    match shape.time_unit() {
        TimeUnit::Milliseconds => millis.to_string(),
        TimeUnit::Seconds => {
            let sign = if millis < 0 { "-" } else { "" };
            let millis = millis.unsigned_abs();
            format!("{sign}{}.{:03}", millis / 1000, millis % 1000)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{convert, millis};
    use crate::shape::{Shape, TimeUnit};

    /// All three spellings of one time.
    #[test]
    fn one_time_in_three_spellings() {
        let (seconds, milliseconds) = (TimeUnit::Seconds, TimeUnit::Milliseconds);
        for (value, unit) in [
            ("1545084650.987", seconds),
            ("1545084650987", milliseconds),
            ("\"2018-12-17T22:10:50.987000+00:00\"", seconds),
            ("\"2018-12-18T00:10:50.987+02:00\"", seconds),
        ] {
            assert_eq!(millis(value, unit), Some(1_545_084_650_987), "{value}");
        }
        for value in ["\"yesterday\"", "null", "1e300", "{}"] {
            assert_eq!(millis(value, seconds), None, "{value}");
        }
    }

    /// Times change their spelling only where they must.
    #[test]
    fn times_are_converted() {
        let text = "\"2018-12-17T22:10:50.987000+00:00\"";
        for (value, from, to, expected) in [
            ("1.50", Shape::Lambda, Shape::Pipes, "1.50"),
            (text, Shape::GetRecords, Shape::Ndjson, text),
            (text, Shape::GetRecords, Shape::Lambda, "1545084650.987"),
            (text, Shape::GetRecords, Shape::Firehose, "1545084650987"),
            (
                "1545084650987",
                Shape::Firehose,
                Shape::Lambda,
                "1545084650.987",
            ),
            ("7", Shape::Firehose, Shape::Analytics, "7"),
            ("\"x\"", Shape::Ndjson, Shape::Lambda, "null"),
            ("\"x\"", Shape::Ndjson, Shape::GetRecords, "\"x\""),
            ("{}", Shape::Lambda, Shape::Firehose, "null"),
        ] {
            assert_eq!(convert(value, from, to), expected, "{value}");
        }
    }
}
