//! Positions, orders and money of every run.

#![cfg(test)]

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::Ledger;
use super::{Case, cases};
use crate::engine::{FundingStamp, Money, OrderKind, OrderStatus, Policy};

// What a ledger's fills and the funding stamps leave in the wallet.
fn wallet(ledger: &Ledger, funding: &[FundingStamp], stamped: &[i64]) -> f64 {
    let fills = ledger.fills.iter();
    let spent: f64 = fills.map(|fill| fill.side.sign() as f64 * (fill.price_ticks * fill.lots) as f64).sum();
    let position = |ts_us: i64| {
        let before = ledger.fills.iter().filter(|fill| fill.ts_us < ts_us);
        before.map(|fill| fill.side.sign() * fill.lots).sum::<i64>()
    };
    let due = funding.iter().filter(|stamp| stamped.contains(&stamp.ts_us));
    let paid: f64 =
        due.map(|stamp| stamp.rate.fraction() * (stamp.mark * position(stamp.ts_us)) as f64).sum();
    -spent - paid - ledger.equity.last().map_or(0.0, |row| row.fees)
}

proptest! {
    #[test]
    fn the_books_balance_to_the_last_unit(case in cases()) {
        case.stepped(|session, row| {
            let mark = case.tape.get(row).price;
            let (trader, venue) = (&session.trader, &session.venue);
            let worth = venue.cash() + Money::value(mark, venue.position());
            assert_eq!(worth, trader.realised() + trader.running(mark));
            assert_eq!(venue.cash(), session.ledger.cash());
            assert_eq!(venue.position(), trader.position());
        });
    }

    #[test]
    fn no_open_lot_is_without_a_stop_and_no_exit_is_greater_than_its_position(case in cases()) {
        case.stepped(|session, _| {
            let venue = &session.venue;
            let open = |intent, kind| {
                let of_kind = |open: &&crate::engine::OpenOrder| {
                    open.order.kind == kind && open.order.id.intent() == intent
                };
                venue.orders().iter().filter(of_kind).map(crate::engine::OpenOrder::open).collect::<Vec<_>>()
            };
            for (intent, lots) in session.trader.positions() {
                assert_eq!(lots.abs(), venue.held(intent));
                let covered = if lots == 0 { vec![] } else { vec![lots.abs()] };
                assert_eq!(open(intent, OrderKind::Stop), covered);
                assert!(open(intent, OrderKind::Target).iter().all(|target| vec![*target] == covered));
            }
        });
    }

    #[test]
    fn trades_are_as_many_as_allowed_and_of_one_side(case in cases()) {
        let Policy { max_positions, .. } = case.policy;
        case.stepped(|session, _| {
            let mut intents: Vec<_> = session.venue.orders().iter().map(|open| open.order.id.intent()).collect();
            intents.sort_unstable();
            intents.dedup();
            assert!(session.trader.positions().count() <= max_positions);
            assert!(intents.len() <= max_positions);
            let signs: Vec<_> = session.trader.positions().map(|(_, lots)| lots.signum()).collect();
            assert!(!(signs.contains(&1) && signs.contains(&-1)));
        });
    }

    #[test]
    fn every_order_ends_once_and_every_verdict_is_accounted_for(case in cases()) {
        let ledger = case.replay();
        let ids: HashMap<_, _> = ledger.orders.iter().map(|order| (order.order_id, order)).collect();
        prop_assert_eq!(ids.len(), ledger.orders.len());
        for order in &ledger.orders {
            let fills: Vec<_> = ledger.fills.iter().filter(|fill| fill.order_id == order.order_id).collect();
            prop_assert_eq!(order.filled_lots, fills.iter().map(|fill| fill.lots).sum::<i64>());
            prop_assert!(order.status != OrderStatus::Open);
            prop_assert_eq!(order.status == OrderStatus::Filled, order.filled_lots == order.qty_lots);
            prop_assert_eq!(order.status == OrderStatus::Rejected, order.reject_reason > 0);
            prop_assert!(order.status != OrderStatus::Rejected || fills.is_empty());
            prop_assert!(fills.iter().all(|fill| fill.ts_us <= order.closed_us));
        }
        let entered = ledger.orders.iter().map(|order| order.order_id.intent());
        let mut seen: Vec<usize> = entered.chain(ledger.skips.iter().map(|skip| skip.intent)).collect();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen, case.rows());
    }

    #[test]
    fn no_exit_takes_more_than_was_entered(case in cases()) {
        let ledger = case.replay();
        let mut held: HashMap<usize, i64> = HashMap::new();
        for fill in &ledger.fills {
            prop_assert!(fill.lots > 0);
            let order = ledger.orders.iter().find(|order| order.order_id == fill.order_id).unwrap();
            let lots = held.entry(fill.order_id.intent()).or_default();
            let signed = fill.side.sign() * fill.lots;
            if order.kind != OrderKind::Entry {
                prop_assert!(*lots * signed < 0 && signed.abs() <= lots.abs());
            }
            *lots += signed;
        }
        prop_assert!(held.values().all(|lots| *lots == 0));
    }

    #[test]
    fn trades_are_the_sum_of_their_fills_and_equity_of_trades(case in cases()) {
        let ledger = case.replay();
        for trade in &ledger.trades {
            let fills = ledger.fills.iter().filter(|fill| fill.order_id.intent() == trade.intent);
            let (mut gross, mut fees) = (0.0, 0.0);
            for fill in fills {
                gross -= fill.side.sign() as f64 * (fill.price_ticks * fill.lots) as f64;
                fees += fill.fee_r;
            }
            let gross_r = gross / case.intents[trade.intent].risk();
            prop_assert!((trade.gross_r - gross_r).abs() < 1e-9);
            prop_assert!((trade.fee_r - fees).abs() < 1e-9);
            prop_assert!((trade.net_r - (gross_r - fees - trade.funding_r)).abs() < 1e-9);
            prop_assert!(trade.mae_r <= 0.0 && trade.mfe_r >= 0.0);
        }
        let last = ledger.equity.last().map_or(0.0, |row| row.equity_r);
        let earned: f64 = ledger.trades.iter().map(|trade| trade.net_r).sum();
        prop_assert!((last - earned).abs() < 1e-9);
        let stamped: Vec<i64> = ledger.equity.iter().filter(|row| row.row.is_none()).map(|row| row.ts_us).collect();
        let cash = ledger.equity.last().map_or(0.0, |row| row.cash);
        prop_assert!((cash - wallet(&ledger, &case.funding, &stamped)).abs() < 1e-6);
    }

    #[test]
    fn a_position_pays_every_stamp_that_it_is_open_across(case in cases()) {
        let ledger = case.replay();
        let position = |ts_us: i64| {
            let before = ledger.fills.iter().filter(|fill| fill.ts_us < ts_us);
            before.map(|fill| fill.side.sign() * fill.lots).sum::<i64>()
        };
        let paid: f64 = case.funding.iter().map(|stamp| {
            Money::value(stamp.mark, position(stamp.ts_us)).units() * stamp.rate.fraction()
        }).sum();
        let booked = ledger.equity.last().map_or(0.0, |row| row.funding);
        let last_us = case.tape.ts_us()[case.tape.len() - 1];
        if case.funding.iter().all(|stamp| stamp.ts_us <= last_us) {
            prop_assert!((paid - booked).abs() < 1e-6);
        }
    }

    #[test]
    fn what_is_saved_goes_on_as_if_it_had_not_stopped(case in cases(), every in 1..20_usize) {
        let through = case.stepped(|_, _| ());
        let restarted = case.stepped(|session, row| {
            if row % every == 0 {
                let bytes = session.trader.save().unwrap();
                let names = crate::engine::OrderNames::replay();
                let restored = crate::engine::Trader::restore(case.policy, names, &bytes).unwrap();
                assert_eq!(restored, session.trader);
                session.trader = restored;
            }
        });
        prop_assert_eq!(format!("{through:?}"), format!("{restarted:?}"));
    }
}

#[test]
fn a_single_case_is_rich_enough() {
    // Without trades, partial fills, funding and liquidations the properties above would say little.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut trades, mut partial, mut liquidated, mut amended, mut several) = (0, 0, 0, 0, 0);
    for _ in 0..200 {
        let case: Case = cases().new_tree(&mut runner).unwrap().current();
        let ledger =
            case.stepped(|session, _| several += usize::from(session.trader.positions().count() > 1));
        trades += ledger.trades.len();
        partial += ledger.fills.len() - ledger.trades.len().min(ledger.fills.len());
        liquidated += ledger.orders.iter().filter(|order| order.kind == OrderKind::Liquidation).count();
        amended +=
            ledger.orders.iter().filter(|order| order.kind == OrderKind::Entry && order.amends > 0).count();
    }
    assert!(trades > 200 && partial > 200 && liquidated > 10 && amended > 10 && several > 100);
}
