//! Numbers as people read them.

/// Three digits, or as many as stand before the point.
pub fn short(value: f64) -> String {
    let decimals = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

/// Rounded to a tenth.
pub fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::short;

    /// Three digits, rounded, and never more decimals than that takes.
    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.214, "0.21"),
            (9.994, "9.99"),
            (9.996, "10.0"),
            (99.96, "100"),
            (1234.5, "1234"),
        ] {
            assert_eq!(short(value), expected);
        }
    }
}
