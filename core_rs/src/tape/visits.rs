//! How much trades at a price level during one visit: the queue that an order finds there (`METHOD.md` 5.2).
//!
//! A visit is a run of trades on the book, all by takers of one side at one price: what the best quote of that side
//! traded until it moved. It is over, and known, with the next trade of its side at another price.

use super::{Side, Tape};

const DAY_US: i64 = 86_400 * 1_000_000;
const STEP_US: i64 = 60 * 1_000_000;

/// The median volume of a visit, trailing a day, at every full minute at which it changes.
#[derive(Clone, Debug)]
pub struct Visits {
    /// From when on, and lots; `None` where no visit ended within the day before.
    steps: Vec<(i64, Option<f64>)>,
}

impl Visits {
    /// Follows a tape once, with one finger on the visits that come and one on those that a day takes away.
    pub fn new(tape: &Tape) -> Self {
        let (mut coming, mut going) = (Ended::new(tape, 0), Ended::new(tape, DAY_US));
        let (mut volumes, mut steps) = (Histogram::default(), Vec::new());
        while let Some(step_us) = [coming.step_us(), going.step_us()].into_iter().flatten().min() {
            while let Some(lots) = coming.next_until(step_us) {
                volumes.add(lots);
            }
            while let Some(lots) = going.next_until(step_us) {
                volumes.remove(lots);
            }
            let median = volumes.median();
            if steps.last().and_then(|(_, last)| *last) != median {
                steps.push((step_us, median));
            }
        }
        Self { steps }
    }

    /// The median of the visits that ended in the 24 hours before the last full minute at or before `ts_us`.
    #[must_use]
    pub fn median_before(&self, ts_us: i64) -> Option<f64> {
        let after = self.steps.partition_point(|(from_us, _)| *from_us <= ts_us);
        self.steps[..after].last().and_then(|(_, median)| *median)
    }
}

// The visits of a tape in the order of their ends, each `delay_us` late.
struct Ended<'t> {
    tape: &'t Tape,
    row: usize,
    delay_us: i64,
    /// The running visits of buyers and of sellers: price and lots.
    running: [Option<(i64, i64)>; 2],
    /// The next one that ended: when, and lots.
    next: Option<(i64, i64)>,
}

impl<'t> Ended<'t> {
    fn new(tape: &'t Tape, delay_us: i64) -> Self {
        let mut ended = Self { tape, row: 0, delay_us, running: [None; 2], next: None };
        ended.advance();
        ended
    }

    // The first full minute at or after the end of the next visit.
    fn step_us(&self) -> Option<i64> {
        self.next.map(|(ts_us, _)| ts_us.div_euclid(STEP_US) * STEP_US + STEP_US)
    }

    fn next_until(&mut self, step_us: i64) -> Option<i64> {
        let (_, lots) = self.next.filter(|(ts_us, _)| *ts_us < step_us)?;
        self.advance();
        Some(lots)
    }

    fn advance(&mut self) {
        self.next = None;
        while self.next.is_none() && self.row < self.tape.len() {
            let trade = self.tape.get(self.row);
            self.row += 1;
            if !trade.is_on_book() {
                continue;
            }
            match &mut self.running[usize::from(trade.side == Side::Buy)] {
                Some((price, lots)) if *price == trade.price => *lots += trade.size,
                running => {
                    let over = running.replace((trade.price, trade.size));
                    self.next = over.map(|(_, lots)| (trade.ts_us + self.delay_us, lots));
                }
            }
        }
    }
}

/// Significant bits that are kept of a volume.
const BITS: u32 = 16;
const BLOCK: usize = 512;

/// Counts of volumes, whole below 2^16 lots and to sixteen significant bits above.
#[derive(Default)]
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
