//! How much trades at a price level during one visit: the queue that an order finds there (METHOD 5.2).
//!
//! A visit is a run of trades on the book, all by takers of one side at one price: what the best quote of that side
//! traded until it moved. It is over, and known, with the next trade of its side at another price.

use std::collections::VecDeque;

use super::{Side, Tape, Trade};

const DAY_US: i64 = 86_400 * 1_000_000;
const STEP_US: i64 = 60 * 1_000_000;

/// The median volume of a visit, trailing a day, at every full minute at which it changes; it follows trades as they come.
#[derive(Clone, Debug, Default)]
pub struct Visits {
    /// The running visits of buyers and of sellers: price and lots.
    running: [Option<(i64, i64)>; 2],
    /// When visits ended and how many lots they had, in order; those of them that a day has not taken away.
    ended: VecDeque<(i64, i64)>,
    /// How many of them, from the first, are among the volumes.
    counted: usize,
    volumes: Histogram,
    /// From when on, and lots; `None` where no visit ended within the day before.
    steps: Vec<(i64, Option<f64>)>,
}

impl Visits {
    /// Follows a whole tape, after which there is nothing more to come.
    pub fn new(tape: &Tape) -> Self {
        let mut visits = Self::default();
        for trade in tape.iter() {
            visits.settle(trade.ts_us);
            visits.push(&trade);
        }
        visits.settle(i64::MAX);
        visits
    }

    /// Takes in the next trade.
    pub fn push(&mut self, trade: &Trade) {
        if !trade.is_on_book() {
            return;
        }
        match &mut self.running[usize::from(trade.side == Side::Buy)] {
            Some((price, lots)) if *price == trade.price => *lots += trade.size,
            running => {
                let over = running.replace((trade.price, trade.size));
                self.ended.extend(over.map(|(_, lots)| (trade.ts_us, lots)));
            }
        }
    }

    /// Says that no trade from before the last full minute at or before `until_us` is to come any more, so that the
    /// median is known up to there. A trade that comes all the same counts as if it were of that minute.
    pub fn settle(&mut self, until_us: i64) {
        while let Some(step_us) = self.next_step_us().filter(|step_us| *step_us <= until_us) {
            while let Some(&(_, lots)) = self.ended.get(self.counted).filter(|(ts_us, _)| *ts_us < step_us) {
                self.volumes.add(lots);
                self.counted += 1;
            }
            while let Some(&(_, lots)) = self.oldest().filter(|(ts_us, _)| *ts_us < step_us - DAY_US) {
                self.volumes.remove(lots);
                self.ended.pop_front();
                self.counted -= 1;
            }
            let median = self.volumes.median();
            if self.steps.last().and_then(|(_, last)| *last) != median {
                self.steps.push((step_us, median));
            }
        }
    }

    /// The median of the visits that ended in the 24 hours before the last full minute at or before `ts_us`, up to
    /// which it must be settled.
    #[must_use]
    pub fn median_before(&self, ts_us: i64) -> Option<f64> {
        let after = self.steps.partition_point(|(from_us, _)| *from_us <= ts_us);
        self.steps[..after].last().and_then(|(_, median)| *median)
    }

    // The next full minute at which a visit joins the volumes or leaves them.
    fn next_step_us(&self) -> Option<i64> {
        let joins = self.ended.get(self.counted).map(|(ts_us, _)| *ts_us);
        let leaves = self.oldest().map(|(ts_us, _)| *ts_us + DAY_US);
        let next_us = [joins, leaves].into_iter().flatten().min()?;
        let settled_us = self.steps.last().map_or(i64::MIN, |(step_us, _)| *step_us);
        Some((next_us.div_euclid(STEP_US) * STEP_US + STEP_US).max(settled_us))
    }

    // The first of those that are among the volumes.
    fn oldest(&self) -> Option<&(i64, i64)> {
        self.ended.front().filter(|_| self.counted > 0)
    }
}

/// Significant bits that are kept of a volume.
const BITS: u32 = 16;
const BLOCK: usize = 512;

/// Counts of volumes, whole below 2^16 lots and to sixteen significant bits above.
#[derive(Clone, Debug, Default)]
struct Histogram {
    counts: Vec<u32>,
    blocks: Vec<u64>,
    total: u64,
}

impl Histogram {
    fn add(&mut self, lots: i64) {
        let code = code(lots);
        if code >= self.counts.len() {
            let blocks = code / BLOCK + 1;
            self.counts.resize(blocks * BLOCK, 0);
            self.blocks.resize(blocks, 0);
        }
        self.counts[code] += 1;
        self.blocks[code / BLOCK] += 1;
        self.total += 1;
    }

    fn remove(&mut self, lots: i64) {
        let code = code(lots);
        self.counts[code] -= 1;
        self.blocks[code / BLOCK] -= 1;
        self.total -= 1;
    }

    fn median(&self) -> Option<f64> {
        let last = self.total.checked_sub(1)?;
        let (low, high) = (self.ranked(last / 2), self.ranked(self.total / 2));
        Some((low + high) as f64 / 2.0)
    }

    // The volume of this rank, from 0.
    fn ranked(&self, mut rank: u64) -> i64 {
        let mut block = 0;
        while rank >= self.blocks[block] {
            rank -= self.blocks[block];
            block += 1;
        }
        let mut code = block * BLOCK;
        while rank >= u64::from(self.counts[code]) {
            rank -= u64::from(self.counts[code]);
            code += 1;
        }
        volume(code)
    }
}

fn code(lots: i64) -> usize {
    let lots = lots as u64;
    let shift = (u64::BITS - lots.leading_zeros()).saturating_sub(BITS);
    ((shift as usize) << (BITS - 1)) + (lots >> shift) as usize
}

const fn volume(code: usize) -> i64 {
    let half = 1 << (BITS - 1);
    if code < 2 * half {
        return code as i64;
    }
    let shift = code / half - 1;
    ((code - shift * half) << shift) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{FLAG_RPI, TickDirection, Trade};
    use proptest::prelude::*;

    fn trade(ts_us: i64, price: i64, size: i64, side: Side) -> Trade {
        Trade { ts_us, price, size, side, tick: TickDirection::Unknown, flags: 0 }
    }

    // Visit by visit, from the text.
    fn obvious(trades: &[Trade], ts_us: i64) -> Option<f64> {
        let until_us = ts_us.div_euclid(STEP_US) * STEP_US;
        let mut ended = Vec::new();
        for side in [Side::Buy, Side::Sell] {
            let of_side: Vec<_> = trades.iter().filter(|t| t.side == side && t.is_on_book()).collect();
            let mut lots = 0;
            for pair in of_side.windows(2) {
                lots += pair[0].size;
                if pair[0].price != pair[1].price {
                    if (until_us - DAY_US..until_us).contains(&pair[1].ts_us) {
                        ended.push(lots);
                    }
                    lots = 0;
                }
            }
        }
        let mut sorted = ended;
        sorted.sort_unstable();
        let middle = sorted.len() / 2;
        match sorted.len() {
            0 => None,
            even if even % 2 == 0 => Some((sorted[middle - 1] + sorted[middle]) as f64 / 2.0),
            _ => Some(sorted[middle] as f64),
        }
    }

    proptest! {
        #[test]
        fn the_median_is_that_of_the_visits_of_the_day_before(
            steps in prop::collection::vec((0..40_i64, -1..=1_i64, 1..70_i64, any::<bool>(), 0..8_u8), 1..120),
            minutes in prop::collection::vec(0..5_000_i64, 20),
        ) {
            let (mut ts_us, mut price) = (0, 500);
            let trades: Vec<Trade> = steps.into_iter().map(|(wait, change, size, buys, flag)| {
                ts_us += wait * STEP_US + wait;
                price += change;
                let side = if buys { Side::Buy } else { Side::Sell };
                let flags = if flag == 0 { FLAG_RPI } else { 0 };
                Trade { flags, ..trade(ts_us, price, size, side) }
            }).collect();
            let tape = Tape::from_trades(&trades, 1.0, 1.0).unwrap();
            let visits = Visits::new(&tape);
            for minute in minutes {
                let at_us = minute * STEP_US + minute % 7;
                prop_assert_eq!(visits.median_before(at_us), obvious(&trades, at_us));
            }
        }

        #[test]
        fn following_trades_as_they_come_is_following_the_tape_that_they_make(
            steps in prop::collection::vec((0..400_i64, -1..=1_i64, 1..70_i64, any::<bool>(), 0..8_u8), 1..80),
        ) {
            let (mut growing, mut trades) = (Visits::default(), Vec::new());
            let (mut ts_us, mut price) = (0, 500);
            for (wait, change, size, buys, flag) in steps {
                let before_us = ts_us;
                ts_us += wait * STEP_US / 3;
                price += change;
                // Whenever it is asked until the next trade, it says what the tape of the trades so far says.
                for at_us in [before_us, before_us + (ts_us - before_us) / 2, ts_us] {
                    growing.settle(at_us);
                    prop_assert_eq!(growing.median_before(at_us), obvious(&trades, at_us));
                }
                let side = if buys { Side::Buy } else { Side::Sell };
                let flags = if flag == 0 { FLAG_RPI } else { 0 };
                trades.push(Trade { flags, ..trade(ts_us, price, size, side) });
                growing.push(&trades[trades.len() - 1]);
            }
            growing.settle(i64::MAX);
            let tape = Tape::from_trades(&trades, 1.0, 1.0).unwrap();
            prop_assert_eq!(growing.steps, Visits::new(&tape).steps);
        }

        #[test]
        fn volumes_are_kept_to_sixteen_bits(lots in 1..1_i64 << 52) {
            let kept = volume(code(lots));
            prop_assert!(kept <= lots && lots - kept <= lots >> 15);
            prop_assert!(lots >= 1 << 16 || kept == lots);
            prop_assert!(code(lots) <= code(lots + 1));
        }
    }

    #[test]
    fn what_happens_after_changes_nothing_before() {
        let trades = [
            trade(0, 100, 7, Side::Buy),
            trade(1, 101, 2, Side::Buy),
            trade(STEP_US, 102, 4, Side::Buy),
            trade(2 * STEP_US, 103, 9, Side::Buy),
        ];
        let visits = Visits::new(&Tape::from_trades(&trades, 1.0, 1.0).unwrap());
        assert_eq!(visits.median_before(STEP_US - 1), None);
        assert_eq!(visits.median_before(STEP_US), Some(7.0));
        assert_eq!(visits.median_before(2 * STEP_US), Some(4.5));
        assert_eq!(visits.median_before(1 + DAY_US + STEP_US), Some(3.0));
        assert_eq!(visits.median_before(3 * DAY_US), None);
    }
}
