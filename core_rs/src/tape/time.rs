//! Times of trade files: Unix seconds, milliseconds, microseconds or nanoseconds, told apart by their magnitude.

use super::decimal::{Decimal, TENS};

/// The unit in which a file writes its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds, mostly with a fraction.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Nanoseconds, rounded to the microsecond.
    Nanoseconds,
}

/// 1973 to 2286, microseconds: the ranges of the four units do not meet.
pub(super) const RANGE_US: std::ops::Range<i64> = 100_000_000_000_000..10_000_000_000_000_000;

impl TimeUnit {
    /// All units, coarsest first.
    pub const ALL: [Self; 4] = [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    /// The unit as written: `s`, `ms`, `us` or `ns`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::Nanoseconds => "ns",
        }
    }

    /// The power of ten that makes microseconds of it.
    pub(super) const fn power_to_us(self) -> i32 {
        match self {
            Self::Seconds => 6,
            Self::Milliseconds => 3,
            Self::Microseconds => 0,
            Self::Nanoseconds => -3,
        }
    }

    /// The unit in which `time` is a time of this age, if there is one.
    #[must_use]
    pub fn detect(time: Decimal) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.to_us(time).is_some())
    }

    /// `time` in whole microseconds, rounded to the nearest; `None` where that is no time of this age.
    #[must_use]
    #[inline]
    pub fn to_us(self, time: Decimal) -> Option<i64> {
        let power = self.power_to_us() - time.decimals as i32;
        let ts_us = if let Ok(power) = usize::try_from(power) {
            time.mantissa.checked_mul(TENS[power])?
        } else {
            let step = TENS.get(power.unsigned_abs() as usize)?;
            time.mantissa.checked_add(step / 2)? / step
        };
        RANGE_US.contains(&ts_us).then_some(ts_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(text: &str) -> Option<(TimeUnit, i64)> {
        let time = Decimal::parse(text.as_bytes()).unwrap();
        TimeUnit::detect(time).map(|unit| (unit, unit.to_us(time).unwrap()))
    }

    #[test]
    fn magnitude_tells_the_unit() {
        assert_eq!(detect("1668728606"), Some((TimeUnit::Seconds, 1_668_728_606_000_000)));
        assert_eq!(detect("1788220800.1169"), Some((TimeUnit::Seconds, 1_788_220_800_116_900)));
        assert_eq!(detect("1747612800074"), Some((TimeUnit::Milliseconds, 1_747_612_800_074_000)));
        assert_eq!(detect("1747612800074123"), Some((TimeUnit::Microseconds, 1_747_612_800_074_123)));
        assert_eq!(detect("1747612800074123499"), Some((TimeUnit::Nanoseconds, 1_747_612_800_074_123)));
        for none in ["5", "-1668728606", "20180125", "50000000000", "17476128000741234"] {
            assert_eq!(detect(none), None, "{none}");
        }
    }

    #[test]
    fn fractions_are_rounded_to_the_microsecond() {
        assert_eq!(detect("1516460405.79699993"), Some((TimeUnit::Seconds, 1_516_460_405_797_000)));
        assert_eq!(detect("1747612800074123500"), Some((TimeUnit::Nanoseconds, 1_747_612_800_074_124)));
        assert_eq!(detect("1516460405797.6"), Some((TimeUnit::Milliseconds, 1_516_460_405_797_600)));
    }
}
