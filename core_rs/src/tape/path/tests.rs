#![cfg(test)]

use proptest::prelude::*;

use super::index::LANDMARK_ROWS;
use super::{Passage, PriceRange};
use crate::tape::{FLAG_RPI, Side, Tape, TapeError, TickDirection, Trade};

// Prices that wander or jump, on some tapes farther than 32 bits reach, times that tie or pause, and trades off the book, at times nothing else for long.
fn tapes() -> impl Strategy<Value = Tape> {
    let step = (prop_oneof![Just(0), 0..50_i64], -3..=3_i64, prop::bool::ANY, 0..10_u8);
    let runs = prop::collection::vec((step, 1..60_usize), 0..40);
    let far = prop_oneof![Just(0), Just(1_i64 << 31), Just((1 << 31) - 100), Just(1 << 40)];
    let shape = (runs, prop_oneof![Just(0), Just(10), 1..9_u8], far);
    shape.prop_filter_map("trades in order", |(runs, off_book, far)| {
        let (mut ts_us, mut price, mut trades) = (100, 500, Vec::new());
        for (run, ((wait, drift, buys, mark), length)) in runs.into_iter().enumerate() {
            ts_us += wait * 5;
            price += if run % 3 == 2 { far } else { 0 };
            for at in 0..length {
                price += drift * i64::from(at % 3 == 0);
                ts_us += wait / 10;
                let side = if buys { Side::Buy } else { Side::Sell };
                let flags = if mark < off_book { FLAG_RPI } else { 0 };
                trades.push(Trade { ts_us, price, size: 1, side, tick: TickDirection::Unknown, flags });
            }
        }
        Tape::from_trades(&trades, 1.0, 1.0).ok()
    })
}

fn naive(tape: &Tape, start: usize, end: usize, range: PriceRange) -> Passage {
    let mut seen = PriceRange::NONE;
    for row in start..end.min(tape.len()) {
        let trade = tape.get(row);
        if trade.is_on_book() {
            seen = seen.widened(PriceRange::at(trade.price));
            if !range.covers(PriceRange::at(trade.price)) {
                return Passage { row, found: true, seen };
            }
        }
    }
    Passage { row: end.min(tape.len()).max(start), found: false, seen }
}

proptest! {
    #[test]
    fn the_index_finds_what_a_scan_finds(
        tape in tapes(),
        queries in prop::collection::vec((0.0..1.05, 0.0..1.05, -60..60_i64, -60..60_i64), 60),
    ) {
        let n = tape.len() as f64;
        for (start, end, below, above) in queries {
            let (start, end) = ((start * n) as usize, (end * n) as usize);
            let level = tape.iter().nth(start).map_or(500, |trade| trade.price);
            for range in [
                PriceRange::between(level - below, level + above),
                PriceRange::between(i64::MIN, level + above),
                PriceRange::between(level - below, i64::MAX),
                PriceRange::ALL,
                PriceRange::NONE,
            ] {
                prop_assert_eq!(tape.path().first_outside(start..end, range), naive(&tape, start, end, range));
            }
        }
    }

    #[test]
    fn a_tape_that_grew_is_the_tape_of_all_its_trades(tape in tapes(), cuts in prop::collection::vec(0.0..1.0, 0..6)) {
        let trades: Vec<Trade> = tape.iter().collect();
        let mut ends: Vec<usize> = cuts.iter().map(|cut| (cut * trades.len() as f64) as usize).collect();
        ends.push(trades.len());
        ends.sort_unstable();
        let (mut grown, mut start) = (Tape::from_trades(&[], 1.0, 1.0).unwrap(), 0);
        for end in ends {
            grown.append(&Tape::from_trades(&trades[start..end], 1.0, 1.0).unwrap()).unwrap();
            start = end;
            let whole = Tape::from_trades(&trades[..end], 1.0, 1.0).unwrap();
            prop_assert_eq!(grown.iter().collect::<Vec<_>>(), whole.iter().collect::<Vec<_>>());
            let middle_us = trades.get(end / 2).map_or(0, |trade| trade.ts_us);
            prop_assert_eq!(grown.first_at(middle_us), whole.first_at(middle_us));
            prop_assert_eq!(grown.path().quotes_before(end), whole.path().quotes_before(end));
            let range = PriceRange::between(490, 510);
            prop_assert_eq!(grown.path().first_outside(0..end, range), whole.path().first_outside(0..end, range));
        }
    }

    #[test]
    fn times_are_found_as_by_bisection(tape in tapes(), near in -3..=3_i64) {
        let edges = [i64::MIN, 0, i64::MAX];
        for ts_us in tape.ts_us().iter().step_by(7).map(|ts_us| ts_us + near).chain(edges) {
            prop_assert_eq!(tape.first_at(ts_us), tape.ts_us().partition_point(|&row_us| row_us < ts_us));
        }
    }

    #[test]
    fn quotes_are_the_last_prints_of_each_side(tape in tapes()) {
        let (mut bid, mut ask) = (None, None);
        for (row, trade) in tape.iter().enumerate() {
            prop_assert_eq!(tape.path().quotes_before(row), (bid, ask));
            if trade.is_on_book() {
                *(if trade.side == Side::Buy { &mut ask } else { &mut bid }) = Some(trade.price);
            }
        }
        prop_assert_eq!(tape.path().quotes_before(tape.len()), (bid, ask));
    }

    #[test]
    fn splits_follow_silences(tape in tapes(), max_gap_us in 0..250_i64) {
        let ts_us = tape.ts_us();
        let wanted: Vec<_> = (1..tape.len()).filter(|&row| ts_us[row] - ts_us[row - 1] > max_gap_us).collect();
        prop_assert_eq!(tape.path().splits(max_gap_us), wanted);
    }

    #[test]
    fn the_book_ends_after_its_last_trade(tape in tapes()) {
        let wanted = (0..tape.len()).filter(|&row| tape.is_on_book(row)).max().map_or(0, |row| row + 1);
        prop_assert_eq!(tape.path().book_end(), wanted);
        prop_assert_eq!(tape.path().first_on_book(wanted..tape.len()), tape.len());
    }
}

#[test]
fn a_tape_does_not_grow_backwards() {
    let trade =
        |ts_us| Trade { ts_us, price: 5, size: 1, side: Side::Buy, tick: TickDirection::Unknown, flags: 0 };
    let mut tape = Tape::from_trades(&[trade(7)], 1.0, 1.0).unwrap();
    let earlier = Tape::from_trades(&[trade(6)], 1.0, 1.0).unwrap();
    assert_eq!(tape.append(&earlier), Err(TapeError::Order { row: 1, ts_us: 6 }));
    assert_eq!(tape.len(), 1);
}

#[test]
fn the_extremes_of_time_are_searched() {
    let trade =
        |ts_us| Trade { ts_us, price: 5, size: 1, side: Side::Buy, tick: TickDirection::Unknown, flags: 0 };
    let times = [i64::MIN, i64::MIN + 1, 1, i64::MAX];
    let tape = Tape::from_trades(&times.map(trade), 1.0, 1.0).unwrap();
    for ts_us in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX] {
        assert_eq!(tape.first_at(ts_us), times.partition_point(|&row_us| row_us < ts_us));
    }
    assert_eq!(tape.path().splits(1 << 62), [2, 3]);
}

#[test]
fn a_tape_of_several_levels_is_searched_whole() {
    let trade = |row: i64| {
        let price = if row == 70_000 { 90 } else { 100 + row % 7 };
        let tick = TickDirection::Unknown;
        Trade { ts_us: row / 3, price, size: 1, side: Side::Sell, tick, flags: 0 }
    };
    let tape = Tape::from_trades(&(0..70_003).map(trade).collect::<Vec<_>>(), 1.0, 1.0).unwrap();
    let passage = tape.path().first_outside(1..tape.len(), PriceRange::between(90, 107));
    let seen = PriceRange { low: 90, high: 106 };
    assert_eq!(passage, Passage { row: 70_000, found: true, seen });
    assert_eq!(tape.path().quotes_before(70_003), (Some(trade(70_002).price), None));
    assert!(tape.len() > 16 * LANDMARK_ROWS);
}
