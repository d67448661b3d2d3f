//! Whole bars, a column a field: who needs a few fields of many bars reads no others.

use std::ops::Range;

use super::Bar;
use crate::tape::Side;

macro_rules! bar_columns {
    ($($field:ident: $type:ty),+) => {
        /// Bars in time order, each field as `Bar` has it.
        #[derive(Clone, Debug, Default)]
        #[allow(missing_docs)] // described where a bar is
        pub struct BarColumns {
            $(pub $field: Vec<$type>,)+
        }

        impl BarColumns {
            /// Adds a bar.
            pub fn push(&mut self, bar: &Bar) {
                $(self.$field.push(bar.$field);)+
            }

            /// The bar of a row; panics beyond the end, like a slice.
            #[must_use]
            pub fn get(&self, row: usize) -> Bar {
                Bar { $($field: self.$field[row],)+ }
            }

            /// Forgets all bars.
            pub fn clear(&mut self) {
                $(self.$field.clear();)+
            }
        }
    };
}

bar_columns!(
    open_ts_us: i64,
    open: i64,
    high: i64,
    low: i64,
    close: i64,
    volume: i64,
    buy_volume: i64,
    turnover: i128,
    count: i64,
    buy_count: i64,
    largest: i64,
    realised_variance: i128,
    runs: i64,
    first_ts_us: i64,
    last_ts_us: i64,
    last_side: Option<Side>,
    ticks: [i64; 5]
);

impl BarColumns {
    /// Number of bars.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open_ts_us.len()
    }

    /// Whether there is no bar.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open_ts_us.is_empty()
    }

    /// The bars of some rows.
    #[must_use]
    pub const fn part(&self, rows: Range<usize>) -> BarsPart<'_> {
        BarsPart { bars: self, rows }
    }

    /// All bars.
    #[must_use]
    pub fn all(&self) -> BarsPart<'_> {
        self.part(0..self.len())
    }
}

/// Consecutive bars of some columns.
#[derive(Clone, Debug)]
pub struct BarsPart<'a> {
    bars: &'a BarColumns,
    rows: Range<usize>,
}

impl<'a> BarsPart<'a> {
    /// Number of bars.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no bar.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A bar of them.
    #[must_use]
    pub fn get(&self, row: usize) -> Bar {
        self.bars.get(self.rows.start + row)
    }

    /// A field of them.
    #[must_use]
    pub fn field<T>(&self, of: impl Fn(&'a BarColumns) -> &'a Vec<T>) -> &'a [T] {
        &of(self.bars)[self.rows.clone()]
    }

    /// The same bars, so many at a time.
    pub fn chunks(&self, rows: usize) -> impl Iterator<Item = Self> {
        let (bars, all) = (self.bars, self.rows.clone());
        let end = all.end;
        all.step_by(rows).map(move |start| bars.part(start..end.min(start + rows)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{TickDirection, Trade};

    #[test]
    fn bars_are_given_back_as_they_were() {
        let bar = |number: i64| {
            let mut bar = Bar::flat(10 * number, 5 + number);
            let (side, tick) = (Side::Buy, TickDirection::Plus);
            bar.add(&Trade { ts_us: 10 * number + 1, price: 7, size: 3, side, tick, flags: 0 });
            bar
        };
        let (bars, mut columns): (Vec<Bar>, _) = ((0..9).map(bar).collect(), BarColumns::default());
        for bar in &bars {
            columns.push(bar);
        }
        let part = columns.part(1..9);
        let parts = part.chunks(3).map(|part| (0..part.len()).map(|row| part.get(row)).collect());
        assert_eq!(parts.collect::<Vec<Vec<Bar>>>(), [&bars[1..4], &bars[4..7], &bars[7..]]);
        assert_eq!(columns.part(2..4).field(|bars| &bars.open_ts_us), [20, 30]);
        columns.clear();
        assert!(columns.is_empty() && columns.all().is_empty());
    }
}
