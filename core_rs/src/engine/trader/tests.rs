//! The trader, event by event.

#![cfg(test)]

use super::*;
use crate::engine::{Command, Fill, OrderKind, RejectReason, Terms};

struct Desk {
    trader: Trader,
    out: Outbox,
}

impl Desk {
    fn new(opposite: Opposite, max_positions: usize) -> Self {
        let policy = Policy { opposite, max_positions };
        Self { trader: Trader::new(policy, OrderNames::replay()), out: Outbox::default() }
    }

    fn hear(&mut self, now_us: i64, event: Event) -> Vec<(OrderKind, Terms, i64)> {
        self.out.commands.clear();
        self.trader.on(now_us, &event, &mut self.out);
        let sent = self.out.commands.iter().filter_map(|command| match command {
            Command::Place(order) => Some((order.kind, order.terms, order.lots)),
            _ => None,
        });
        sent.collect()
    }

    fn verdict(&mut self, row: usize, intent: Intent) -> Vec<(OrderKind, Terms, i64)> {
        self.hear(intent.ts_us, Event::Verdict { row, intent })
    }
}

fn filled(id: OrderId, side: Side, price: i64, lots: i64, cumulative: i64, left: i64) -> Event {
    let (execution, fee) = (cumulative as u64, Money::ZERO);
    let (ts_us, row, maker, queue) = (1500, 7, true, 0);
    Event::Filled(Fill { id, execution, ts_us, row, side, price, lots, cumulative, left, maker, fee, queue })
}

fn id(number: u16) -> OrderId {
    OrderId::new(0, number)
}

#[test]
fn the_first_filled_lot_brings_the_bracket_and_further_lots_resize_it() {
    let mut desk = Desk::new(Opposite::Flip, 1);
    let intent = Intent::sample(Side::Buy);
    assert_eq!(desk.verdict(0, intent), [(OrderKind::Entry, Terms::Limit(1000), 3)]);
    let sent = desk.hear(1500, filled(id(0), Side::Buy, 1000, 1, 1, 2));
    assert_eq!(sent, [(OrderKind::Stop, Terms::Stop(996), 1), (OrderKind::Target, Terms::Limit(1006), 1)]);
    assert_eq!(desk.hear(1500, filled(id(0), Side::Buy, 1000, 2, 3, 0)), []);
    let amended = desk.out.commands.iter().map(|command| match command {
        Command::Amend(amendment) => (amendment.id, amendment.lots),
        other => panic!("{other:?}"),
    });
    assert_eq!(amended.collect::<Vec<_>>(), [(id(1), 3), (id(2), 3)]);
    assert_eq!(desk.trader.position(), 3);
}

#[test]
fn an_exit_withdraws_the_rest_of_the_entry_and_late_lots_leave_guarded() {
    let mut desk = Desk::new(Opposite::Flip, 1);
    desk.verdict(0, Intent::sample(Side::Buy));
    desk.hear(1500, filled(id(0), Side::Buy, 1000, 1, 1, 2));
    desk.hear(1500, filled(id(2), Side::Sell, 1006, 1, 1, 0));
    let cancels = [Command::Cancel { id: id(0), armed: false }, Command::Cancel { id: id(1), armed: true }];
    assert_eq!(desk.out.commands, cancels);
    let late = desk.hear(1501, filled(id(0), Side::Buy, 1000, 1, 2, 1));
    assert_eq!(late, [(OrderKind::Stop, Terms::Stop(996), 1), (OrderKind::Market, Terms::Market, 1)]);
    desk.hear(1502, filled(id(4), Side::Sell, 1000, 1, 1, 0));
    for (number, filled) in [(1, 0), (3, 0), (0, 2)] {
        assert!(!desk.trader.is_flat());
        desk.hear(1503, Event::Cancelled { id: id(number), filled });
    }
    assert!(desk.trader.is_flat());
    let [Record::Trade(trade)] = desk.out.records[..] else { panic!("one trade") };
    assert_eq!((trade.lots, trade.reason), (2, ExitReason::Target));
}

#[test]
fn an_opposite_verdict_waits_until_the_trade_is_over() {
    let mut desk = Desk::new(Opposite::Flip, 1);
    desk.verdict(0, Intent::sample(Side::Buy));
    let short = Intent { ts_us: 1100, ..Intent::sample(Side::Sell) };
    assert_eq!(desk.verdict(1, short), []);
    assert_eq!(desk.out.commands, [Command::Cancel { id: id(0), armed: false }]);
    let sent = desk.hear(1150, Event::Cancelled { id: id(0), filled: 0 });
    assert_eq!(sent, [(OrderKind::Entry, Terms::Limit(1000), 3)]);
}

#[test]
fn a_cancel_that_comes_before_its_fills_keeps_the_trade_open() {
    let mut desk = Desk::new(Opposite::Flip, 1);
    desk.verdict(0, Intent::sample(Side::Buy));
    desk.hear(1500, Event::Clock);
    assert_eq!(desk.out.commands, [Command::Cancel { id: id(0), armed: false }]);
    desk.hear(1550, Event::Cancelled { id: id(0), filled: 1 });
    assert!(!desk.trader.is_flat());
    assert_eq!(desk.hear(1551, filled(id(0), Side::Buy, 1000, 1, 1, 2)).len(), 2);
}

#[test]
fn a_limit_follows_the_best_price_and_keeps_its_distance() {
    let mut desk = Desk::new(Opposite::Flip, 1);
    desk.hear(900, Event::Trade { price: 1002, side: Side::Sell });
    desk.verdict(0, Intent { repeg: 3, ..Intent::sample(Side::Buy) });
    desk.hear(1001, Event::Trade { price: 1006, side: Side::Sell });
    assert!(desk.out.commands.is_empty(), "not before the order rests");
    desk.hear(1002, Event::Accepted { id: id(0), version: 0 });
    let [Command::Amend(amendment)] = desk.out.commands[..] else { panic!("{:?}", desk.out.commands) };
    assert_eq!((amendment.terms, amendment.lots), (Terms::Limit(1004), 3));
    desk.hear(1003, Event::Trade { price: 1020, side: Side::Sell });
    assert!(desk.out.commands.is_empty(), "one amendment at a time");
}

#[test]
fn several_trades_run_side_by_side_and_an_opposite_verdict_ends_them_all() {
    let mut desk = Desk::new(Opposite::Close, 2);
    let at = |ts_us, side| Intent { ts_us, ..Intent::sample(side) };
    assert_eq!(desk.verdict(0, at(1000, Side::Buy)).len(), 1);
    assert_eq!(desk.verdict(1, at(1001, Side::Buy)).len(), 1);
    assert_eq!(desk.verdict(2, at(1002, Side::Buy)), []);
    desk.verdict(3, at(1003, Side::Sell));
    assert_eq!(desk.out.commands.len(), 2);
    let reasons = desk.out.records.iter().map(|record| match record {
        Record::Skip { intent, reason } => (*intent, *reason),
        other => panic!("{other:?}"),
    });
    assert_eq!(reasons.collect::<Vec<_>>(), [(2, SkipReason::Busy), (3, SkipReason::Closes)]);
}

#[test]
fn a_position_whose_stop_is_refused_is_left_at_once() {
    let mut desk = Desk::new(Opposite::Flip, 1);
    desk.verdict(0, Intent::sample(Side::Buy));
    desk.hear(1500, filled(id(0), Side::Buy, 1000, 3, 3, 0));
    let sent = desk.hear(1501, Event::Rejected { id: id(1), reason: RejectReason::Tick });
    assert_eq!(sent, [(OrderKind::Market, Terms::Market, 3)]);
}
