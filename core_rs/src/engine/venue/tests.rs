//! Orders of an exchange's form: what a trader never sends, and any other client may.

#![cfg(test)]

use super::*;
use crate::engine::{Depth, FeeRates, FeeSchedule, FillModel, OrderId, OrderKind};
use crate::tape::{TickDirection, Trade};

struct Floor {
    venue: Venue,
    said: Vec<Event>,
    row: usize,
}

impl Floor {
    fn new(depth: Depth) -> Self {
        let config = VenueConfig {
            fill: FillModel::Touch,
            queue: QueueAhead::Lots(0),
            latency_us: 0,
            cancel_latency_us: 0,
            feed_latency_us: 0,
            fees: FeeSchedule::flat(FeeRates::new(0.0, 0.0)),
            slippage_ticks: 1,
            depth,
            rules: OrderRules::NONE,
            margin: Some(Margin { leverage: 10.0, maintenance: 0.0 }),
            max_gap_us: i64::MAX,
        };
        let mut venue = Venue::new(config);
        venue.place_at(0, Some(99), Some(101));
        Self { venue, said: Vec::new(), row: 0 }
    }

    fn now_us(&self) -> i64 {
        10 * self.row as i64
    }

    fn send(&mut self, number: usize, side: Side, terms: Terms, lots: i64, instruction: Instruction) {
        let kind = if instruction.reduce_only { OrderKind::Target } else { OrderKind::Entry };
        let order = Order { id: OrderId::new(number, 0), kind, side, terms, lots, armed: false };
        self.venue.submit(self.now_us(), order, instruction, 0, &mut self.said);
    }

    fn print(&mut self, price: i64, side: Side, size: i64) {
        self.row += 1;
        let ts_us = self.now_us();
        while self.venue.next_us() <= ts_us {
            self.venue.on_clock(self.venue.next_us(), &mut self.said);
        }
        let print = Trade { ts_us, price, size, side, tick: TickDirection::Unknown, flags: 0 };
        self.venue.on_print(self.row, &print, &mut self.said);
    }

    fn fills(&self, number: usize) -> Vec<(i64, i64, bool)> {
        let fill = |event: &Event| match event {
            Event::Filled(fill) if fill.id.intent() == number => Some((fill.price, fill.lots, fill.maker)),
            _ => None,
        };
        self.said.iter().filter_map(fill).collect()
    }

    fn is_cancelled(&self, number: usize) -> bool {
        let id = OrderId::new(number, 0);
        self.said.iter().any(|event| matches!(event, Event::Cancelled { id: one, .. } if *one == id))
    }
}

fn plain(side: Side) -> Instruction {
    Instruction {
        holding: 0,
        reduce_only: false,
        crossing: Crossing::TakeAndRest,
        approach: Approach::of_stop(side),
        waits_for: None,
        whole: false,
    }
}

fn closing(side: Side, approach: Approach) -> Instruction {
    Instruction { reduce_only: true, approach, whole: true, ..plain(side) }
}

#[test]
fn a_limit_that_crosses_takes_up_to_its_price_and_rests_with_what_is_left() {
    let mut floor = Floor::new(Depth::Printed);
    floor.send(1, Side::Buy, Terms::Limit(103), 10, plain(Side::Buy));
    floor.print(101, Side::Buy, 4);
    floor.print(104, Side::Buy, 4);
    assert_eq!(floor.fills(1), [(102, 4, false)]);
    floor.print(103, Side::Sell, 100);
    assert_eq!(floor.fills(1), [(102, 4, false), (103, 6, true)]);
}

#[test]
fn slippage_stops_at_the_limit() {
    let mut floor = Floor::new(Depth::Unlimited);
    floor.send(1, Side::Sell, Terms::Limit(99), 2, plain(Side::Sell));
    floor.print(99, Side::Sell, 1);
    assert_eq!(floor.fills(1), [(99, 2, false)]);
}

#[test]
fn what_may_not_rest_is_cancelled() {
    let (now, all) = (Crossing::TakeOrCancel, Crossing::AllOrCancel);
    let mut floor = Floor::new(Depth::Printed);
    floor.send(1, Side::Buy, Terms::Limit(95), 1, Instruction { crossing: now, ..plain(Side::Buy) });
    floor.send(2, Side::Buy, Terms::Limit(102), 9, Instruction { crossing: now, ..plain(Side::Buy) });
    floor.send(3, Side::Buy, Terms::Limit(102), 9, Instruction { crossing: all, ..plain(Side::Buy) });
    floor.print(101, Side::Buy, 5);
    assert!(floor.is_cancelled(1) && floor.is_cancelled(3) && !floor.is_cancelled(2));
    floor.print(103, Side::Buy, 5);
    assert!(floor.is_cancelled(2));
    assert_eq!(floor.fills(2), [(102, 5, false)]);
    assert!(floor.venue.orders().is_empty());
}

#[test]
fn a_trigger_is_reached_from_the_side_that_the_order_names() {
    let mut floor = Floor::new(Depth::Unlimited);
    let dip = Instruction { approach: Approach::Falling, ..plain(Side::Buy) };
    floor.send(1, Side::Buy, Terms::Stop(95), 1, dip);
    floor.print(100, Side::Buy, 1);
    assert!(floor.fills(1).is_empty());
    floor.print(94, Side::Sell, 1);
    assert_eq!(floor.fills(1), [(96, 1, false)]);
}

#[test]
fn a_waiting_limit_comes_to_the_book_behind_its_trigger() {
    let mut floor = Floor::new(Depth::Unlimited);
    let waiting = Instruction { waits_for: Some(105), ..plain(Side::Buy) };
    floor.send(1, Side::Buy, Terms::Limit(98), 1, waiting);
    floor.send(2, Side::Buy, Terms::Limit(106), 1, Instruction { crossing: Crossing::Refuse, ..waiting });
    floor.print(97, Side::Sell, 1);
    floor.print(105, Side::Buy, 1);
    assert!(floor.fills(1).is_empty());
    let refused = Event::Rejected { id: OrderId::new(2, 0), reason: RejectReason::PostOnly };
    assert!(
        floor.said.contains(&Event::Triggered { id: OrderId::new(1, 0) }) && floor.said.contains(&refused)
    );
    floor.print(98, Side::Sell, 1);
    assert_eq!(floor.fills(1), [(98, 1, true)]);
}

#[test]
fn a_closing_order_takes_all_that_is_held_after_those_that_take_parts() {
    let mut floor = Floor::new(Depth::Unlimited);
    floor.send(1, Side::Buy, Terms::Market, 3, plain(Side::Buy));
    floor.print(100, Side::Buy, 1);
    floor.send(2, Side::Sell, Terms::Stop(95), 1, closing(Side::Sell, Approach::Falling));
    let part = Instruction { reduce_only: true, ..plain(Side::Sell) };
    floor.send(3, Side::Sell, Terms::Stop(95), 1, part);
    floor.send(4, Side::Buy, Terms::Market, 5, plain(Side::Buy));
    floor.print(100, Side::Buy, 1);
    floor.print(94, Side::Sell, 1);
    assert_eq!((floor.fills(3), floor.fills(2)), (vec![(93, 1, false)], vec![(93, 7, false)]));
    assert_eq!(floor.venue.position(), 0);
    assert!(floor.venue.orders().is_empty() && !floor.is_cancelled(2));
}

#[test]
fn a_closing_order_that_finds_nothing_left_is_said_to_be_cancelled() {
    let mut floor = Floor::new(Depth::Unlimited);
    floor.send(1, Side::Buy, Terms::Market, 3, plain(Side::Buy));
    floor.print(100, Side::Buy, 1);
    floor.send(2, Side::Sell, Terms::Stop(95), 1, closing(Side::Sell, Approach::Falling));
    floor.send(3, Side::Sell, Terms::Stop(95), 3, Instruction { reduce_only: true, ..plain(Side::Sell) });
    floor.print(100, Side::Buy, 1);
    floor.print(94, Side::Sell, 1);
    assert_eq!(floor.fills(3), [(93, 3, false)]);
    assert!(floor.is_cancelled(2) && floor.venue.orders().is_empty());
}

#[test]
fn a_hedge_is_liquidated_side_by_side() {
    let mut floor = Floor::new(Depth::Unlimited);
    floor.send(1, Side::Buy, Terms::Market, 2, Instruction { holding: 1, ..plain(Side::Buy) });
    floor.send(2, Side::Sell, Terms::Market, 3, Instruction { holding: 2, ..plain(Side::Sell) });
    floor.print(1000, Side::Buy, 1);
    assert_eq!((floor.venue.held(1), floor.venue.held(2), floor.venue.position()), (2, 3, -1));
    floor.print(850, Side::Sell, 1);
    assert_eq!((floor.venue.held(1), floor.venue.held(2)), (0, 3));
}

#[test]
fn bands_are_quiet_where_nothing_of_it_happens() {
    let waiting = Instruction { waits_for: Some(105), ..plain(Side::Buy) };
    let mut floor = Floor::new(Depth::Unlimited);
    floor.send(1, Side::Buy, Terms::Limit(98), 1, waiting);
    assert_eq!(floor.venue.quiet_band(), PriceRange::between(i64::MIN, 105));
    floor.print(105, Side::Buy, 1);
    assert_eq!(floor.venue.quiet_band(), PriceRange::between(98, i64::MAX));
}
