//! Prints that are passed over, and prints off the book, change nothing.

#![cfg(test)]

use proptest::prelude::*;

use super::super::{Ledger, Outcome, Session, bracket, fill_order, outcomes};
use super::{Case, cases};
use crate::engine::{Intent, TradeRow, VenueConfig};
use crate::tape::{Tape, Trade};

// The tape with prints off the book before some of its trades and after the last, and the old row of each new one.
fn noisy(tape: &Tape, noise: &[(usize, i64, u8)]) -> (Tape, Vec<usize>) {
    let (mut trades, mut old_rows) = (Vec::new(), Vec::new());
    for (row, trade) in tape.iter().enumerate() {
        for &(_, price, flags) in noise.iter().filter(|(at, ..)| *at == row) {
            let earlier = trades.last().map_or(trade.ts_us, |last: &Trade| last.ts_us);
            let ts_us = if price % 2 == 0 { earlier } else { trade.ts_us };
            trades.push(Trade { ts_us, price, flags, ..trade });
            old_rows.push(usize::MAX);
        }
        trades.push(trade);
        old_rows.push(row);
    }
    let last = *trades.last().unwrap();
    trades.extend((0..9).map(|late| Trade { ts_us: last.ts_us + late * 500, price: 1, flags: 1, ..last }));
    (Tape::from_trades(&trades, 1.0, 1.0).unwrap(), old_rows)
}

fn renumbered(mut ledger: Ledger, old_rows: &[usize]) -> Ledger {
    ledger.fills.iter_mut().for_each(|fill| fill.row = old_rows[fill.row]);
    ledger.equity.iter_mut().for_each(|row| row.row = row.row.map(|row| old_rows[row]));
    ledger.trades.iter_mut().for_each(|trade| *trade = renumbered_trade(*trade, old_rows));
    ledger
}

fn renumbered_trade(trade: TradeRow, old_rows: &[usize]) -> TradeRow {
    TradeRow { entry_row: old_rows[trade.entry_row], exit_row: old_rows[trade.exit_row], ..trade }
}

fn noise() -> impl Strategy<Value = Vec<(usize, i64, u8)>> {
    prop::collection::vec((0..200_usize, 470..530_i64, 1..4_u8), 0..150)
}

// The outcome of an intent, visiting every print: (known at, trade).
fn visited_outcome(case: &Case, row: usize) -> (i64, Option<TradeRow>) {
    let (tape, intent) = (&case.tape, case.intents[row]);
    let mut session = Session::new(tape, case.setup());
    let start = tape.first_at(intent.ts_us);
    session.seek(start);
    session.verdict(row, intent);
    for row in start..tape.len() {
        let now_us = tape.ts_us()[row];
        if row > 0 && now_us - tape.ts_us()[row - 1] > case.venue.max_gap_us {
            return (now_us, None);
        }
        session.visit(row);
        if session.is_idle() {
            return (now_us, session.ledger.trades.first().copied());
        }
    }
    (tape.ts_us()[tape.len() - 1].max(intent.ts_us), None)
}

proptest! {
    #[test]
    fn passing_over_quiet_prints_changes_nothing(case in cases()) {
        prop_assert_eq!(format!("{:?}", case.replay()), format!("{:?}", case.stepped(|_, _| ())));
    }

    #[test]
    fn an_outcome_is_the_same_when_every_print_is_visited(case in cases(), max_gap_us in 20..200_i64) {
        let case = Case { venue: VenueConfig { max_gap_us, ..case.venue.clone() }, ..case };
        let found = outcomes(&case.tape, &case.intents, case.setup());
        for (row, outcome) in found.iter().enumerate() {
            prop_assert_eq!((outcome.known_at_us, outcome.trade), visited_outcome(&case, row));
        }
    }

    #[test]
    fn prints_off_the_book_change_nothing(case in cases(), noise in noise()) {
        let (marked, old_rows) = noisy(&case.tape, &noise);
        let marked = Case { tape: marked, ..case.clone() };
        let dirty = renumbered(marked.replay(), &old_rows);
        prop_assert_eq!(format!("{:?}", case.replay()), format!("{dirty:?}"));

        let renumber = |trade| renumbered_trade(trade, &old_rows);
        let dirty = outcomes(&marked.tape, &case.intents, case.setup());
        let dirty: Vec<_> = dirty.into_iter().map(|o| Outcome { trade: o.trade.map(renumber), ..o }).collect();
        prop_assert_eq!(outcomes(&case.tape, &case.intents, case.setup()), dirty);
    }

    #[test]
    fn a_lone_order_and_a_bracket_are_blind_to_prints_off_the_book(
        case in cases(), open_row in 0..50_usize, noise in noise()
    ) {
        let (marked, old_rows) = noisy(&case.tape, &noise);
        let intent = case.intents[0];
        let lone = |tape: &Tape| {
            let order = (intent.side, intent.limit.max(1), intent.lots);
            fill_order(tape, order, intent.ts_us, Some(intent.ts_us + intent.hold_us), &case.venue)
        };
        let mut dirty = lone(&marked);
        dirty.fills.iter_mut().for_each(|fill| fill.0 = old_rows[fill.0]);
        prop_assert_eq!(format!("{:?}", lone(&case.tape)), format!("{dirty:?}"));

        let new_row = old_rows.iter().position(|&row| row == open_row).unwrap();
        let follow = |tape: &Tape, row| {
            let intent = Intent { ts_us: tape.ts_us()[row], ..intent };
            bracket(tape, row, 500, intent, &case.venue, &case.funding)
        };
        let dirty = follow(&marked, new_row);
        let trade = dirty.trade.map(|trade| renumbered_trade(trade, &old_rows));
        prop_assert_eq!(follow(&case.tape, open_row), Outcome { trade, ..dirty });
    }
}
