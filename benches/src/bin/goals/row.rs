//! A row: a work, who did it, what is promised, and whether that is kept.

/// One work, ours and theirs.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) work: String,
    /// The contestants' names for us and for them.
    pub(crate) ours: &'static str,
    pub(crate) theirs: &'static str,
    /// How the table calls them.
    pub(crate) against: &'static str,
    pub(crate) unit: Unit,
    /// `None`: for information only.
    pub(crate) goal: Option<Goal>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Goals are for the ratio, at least.
    Nanoseconds,
    /// Goals are for our own count, at most.
    Allocations,
}

/// What a row must reach, and what it aims at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Goal {
    pub(crate) must: f64,
    pub(crate) aim: f64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    BelowMust,
    Must,
    Aim,
}

/// A row with its numbers.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) row: Row,
    pub(crate) ours: u64,
    pub(crate) theirs: u64,
}

impl Row {
    /// A work that is timed, for information.
    pub(crate) fn timed(work: impl Into<String>, ours: &'static str, theirs: &'static str) -> Self {
        Self {
            work: work.into(),
            ours,
            theirs,
            against: theirs,
            unit: Unit::Nanoseconds,
            goal: None,
        }
    }

    pub(crate) fn with_goal(mut self, must: f64, aim: f64) -> Self {
        self.goal = Some(Goal { must, aim });
        self
    }

    pub(crate) fn against(mut self, against: &'static str) -> Self {
        self.against = against;
        self
    }

    pub(crate) fn counted(mut self) -> Self {
        self.unit = Unit::Allocations;
        self
    }

    /// Whether `part` is in the name of the work or of whom it is against.
    pub(crate) fn is_called(&self, part: &str) -> bool {
        self.work.contains(part) || self.against.contains(part)
    }
}

impl Measured {
    /// How many times ours theirs is, in hundredths as it is shown; `None` when
    /// ours is nothing.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let ratio = number(self.theirs) / number(self.ours);
        (self.ours > 0).then_some((ratio * 100.0).round() / 100.0)
    }

    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let Goal { must, aim } = self.row.goal?;
        let reaches = |goal: f64| match self.row.unit {
            Unit::Nanoseconds => self.ratio().is_none_or(|ratio| ratio >= goal),
            Unit::Allocations => number(self.ours) <= goal,
        };
        Some(if !reaches(must) {
            Verdict::BelowMust
        } else if !reaches(aim) {
            Verdict::Must
        } else {
            Verdict::Aim
        })
    }
}

impl Unit {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Allocations => "allocations",
        }
    }
}

impl Verdict {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BelowMust => "below must",
            Self::Must => "must",
            Self::Aim => "aim",
        }
    }
}

/// Nanoseconds and counts stay far below 2^52.
#[expect(clippy::cast_precision_loss)]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::{Measured, Row};

    fn measured(row: Row, ours: u64, theirs: u64) -> Measured {
        Measured { row, ours, theirs }
    }

    /// A ratio reaches a goal that it equals as it is shown; without a goal
    /// there is no verdict.
    #[test]
    fn ratios_are_judged_as_they_are_shown() {
        let row = Row::timed("work", "ours", "them");
        for (theirs, expected) in [
            (8_994, "below must"),
            (8_996, "must"),
            (9_000, "must"),
            (11_994, "must"),
            (11_996, "aim"),
            (90_000, "aim"),
        ] {
            let judged = measured(row.clone().with_goal(9.0, 12.0), 1_000, theirs);
            assert_eq!(judged.verdict().map(super::Verdict::name), Some(expected));
        }
        let open = measured(row, 1_000, 9_000);
        assert_eq!((open.ratio(), open.verdict()), (Some(9.0), None));
    }

    /// Of allocations there may be so many, however many they need.
    #[test]
    fn allocations_are_judged_by_our_own() {
        let row = Row::timed("work", "ours", "them").counted();
        let row = row.with_goal(1.0, 0.0);
        for (ours, ratio, expected) in [
            (0, None, "aim"),
            (1, Some(100.0), "must"),
            (2, Some(50.0), "below must"),
        ] {
            let judged = measured(row.clone(), ours, 100);
            assert_eq!(judged.ratio(), ratio);
            assert_eq!(judged.verdict().map(super::Verdict::name), Some(expected));
        }
    }
}
