//! Columns of ticks or lots, four bytes a trade where all of them fit.

use std::ops::Range;

use super::column::Column;
use super::memory::touch_all;

/// A number of ticks or lots as a column keeps it. Those of trades lie strictly between the least and the greatest.
pub trait Unit: Copy + Ord {
    /// Below every trade.
    const LEAST: Self;
    /// Above every trade.
    const GREATEST: Self;
    /// The number, or the extreme on its side.
    fn nearest(units: i64) -> Self;
    /// The number in full.
    fn whole(self) -> i64;
    /// The number modulo 2^64.
    fn modular(self) -> u64;
    /// Its distance from another modulo 2^64, up to the sign.
    fn distance(self, other: Self) -> u64;
    /// The slice, where it is of this kind.
    fn slice(units: UnitSlice<'_>) -> Option<&[Self]>;
}

/// Never below zero in a column: so products of two need no sign.
impl Unit for i32 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    #[inline]
    fn nearest(units: i64) -> Self {
        units.clamp(i64::from(Self::MIN), i64::from(Self::MAX)) as Self
    }

    #[inline]
    fn whole(self) -> i64 {
        i64::from(self)
    }

    #[inline]
    fn modular(self) -> u64 {
        u64::from(self as u32)
    }

    #[inline]
    fn distance(self, other: Self) -> u64 {
        u64::from(self.wrapping_sub(other).unsigned_abs())
    }

    #[inline]
    fn slice(units: UnitSlice<'_>) -> Option<&[Self]> {
        if let UnitSlice::Narrow(units) = units { Some(units) } else { None }
    }
}

impl Unit for i64 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    #[inline]
    fn nearest(units: i64) -> Self {
        units
    }

    #[inline]
    fn whole(self) -> i64 {
        self
    }

    #[inline]
    fn modular(self) -> u64 {
        self as u64
    }

    #[inline]
    fn distance(self, other: Self) -> u64 {
        self.wrapping_sub(other) as u64
    }

    #[inline]
    fn slice(units: UnitSlice<'_>) -> Option<&[Self]> {
        if let UnitSlice::Wide(units) = units { Some(units) } else { None }
    }
}

/// A column of ticks or lots.
#[derive(Clone, Debug)]
pub enum Units {
    /// All are at least zero and below 2^31 - 1.
    Narrow(Column<i32>),
    /// Any.
    Wide(Column<i64>),
}

/// Consecutive units of a column.
#[derive(Clone, Copy, Debug)]
pub enum UnitSlice<'a> {
    /// Of a narrow column.
    Narrow(&'a [i32]),
    /// Of a wide one.
    Wide(&'a [i64]),
}

impl Units {
    /// The column of these units.
    pub fn of(units: impl Iterator<Item = i64> + Clone) -> Self {
        let narrow: Option<Vec<i32>> = units.clone().map(narrow).collect();
        narrow.map_or_else(
            || Self::Wide(units.collect::<Vec<_>>().into()),
            |narrow| Self::Narrow(narrow.into()),
        )
    }

    /// The column of these units, and the first error among them.
    ///
    /// # Errors
    /// Whatever a unit is instead.
    pub fn checked<E>(units: impl Iterator<Item = Result<i64, E>> + Clone) -> Result<Self, E> {
        let fitting: Option<Vec<i32>> = units.clone().map(|unit| unit.ok().and_then(narrow)).collect();
        fitting.map_or_else(
            || units.collect::<Result<Vec<_>, E>>().map(|units| Self::Wide(units.into())),
            |fitting| Ok(Self::Narrow(fitting.into())),
        )
    }

    /// Adds the units of another column; the whole is narrow where both are.
    pub fn append(&mut self, more: &Self) {
        match (&mut *self, more) {
            (Self::Narrow(units), Self::Narrow(more)) => units.extend(more),
            (Self::Wide(units), more) => units.extend(&more.all().to_vec()),
            (Self::Narrow(_), Self::Wide(more)) => {
                let mut units = self.all().to_vec();
                units.extend_from_slice(more);
                *self = Self::Wide(units.into());
            }
        }
    }

    /// The unit of `row`; panics beyond the end, like a slice.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> i64 {
        match self {
            Self::Narrow(units) => i64::from(units[row]),
            Self::Wide(units) => units[row],
        }
    }

    /// The units of some rows; panics beyond the end, like a slice.
    #[inline]
    #[must_use]
    pub fn part(&self, rows: Range<usize>) -> UnitSlice<'_> {
        match self {
            Self::Narrow(units) => UnitSlice::Narrow(&units[rows]),
            Self::Wide(units) => UnitSlice::Wide(&units[rows]),
        }
    }

    /// Calls for the units of some rows, as far as they exist, ahead of their use.
    #[inline]
    pub fn touch(&self, from: usize, count: usize) {
        match self {
            Self::Narrow(units) => touch_all(units, from, count),
            Self::Wide(units) => touch_all(units, from, count),
        }
    }

    /// All units.
    #[inline]
    #[must_use]
    pub fn all(&self) -> UnitSlice<'_> {
        match self {
            Self::Narrow(units) => UnitSlice::Narrow(units),
            Self::Wide(units) => UnitSlice::Wide(units),
        }
    }
}

impl UnitSlice<'_> {
    /// All of them in full.
    #[must_use]
    pub fn to_vec(self) -> Vec<i64> {
        match self {
            Self::Narrow(units) => units.iter().map(|&unit| i64::from(unit)).collect(),
            Self::Wide(units) => units.to_vec(),
        }
    }
}

fn narrow(units: i64) -> Option<i32> {
    i32::try_from(units).ok().filter(|units| (0..i32::MAX).contains(units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_narrow_where_all_fit() {
        let most = i64::from(i32::MAX);
        for (units, is_narrow) in [
            (vec![0, 5, most - 1], true),
            (vec![], true),
            (vec![1, most], false),
            (vec![-1], false),
            (vec![i64::MIN, 7, i64::MAX], false),
        ] {
            let column = Units::of(units.iter().copied());
            assert_eq!(matches!(column, Units::Narrow(_)), is_narrow, "{units:?}");
            assert_eq!(column.all().to_vec(), units);
            assert_eq!((0..units.len()).map(|row| column.get(row)).collect::<Vec<_>>(), units);
            assert_eq!(column.part(0..units.len() / 2).to_vec(), units[..units.len() / 2]);
        }
    }

    #[test]
    fn distances_and_products_agree_in_both_widths() {
        let (low, high) = (3, i32::MAX - 1);
        assert_eq!(low.distance(high), high.distance(low));
        assert_eq!(high.distance(low), high.whole().distance(low.whole()));
        assert_eq!(high.modular().wrapping_mul(low.modular()), 3 * (high.whole() as u64));
        assert_eq!(
            (i32::nearest(i64::MAX), i32::nearest(i64::MIN), i32::nearest(9)),
            (i32::MAX, i32::MIN, 9)
        );
    }
}
