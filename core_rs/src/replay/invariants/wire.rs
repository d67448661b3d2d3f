//! A bad wire between trader and venue: messages come late, twice and out of order, and change nothing in the end.

#![cfg(test)]

use proptest::prelude::*;

use super::{Case, cases};
use crate::engine::{Event, Money, OrderNames, Outbox, Record, Trader, Venue};

/// A driver that carries messages over a bad wire, visiting every print.
struct Wire<'c> {
    case: &'c Case,
    trader: Trader,
    venue: Venue,
    outbox: Outbox,
    said: Vec<Event>,
    /// Messages under way: at which print they arrive, and what.
    under_way: Vec<(usize, Event)>,
    heard: Vec<Event>,
    /// Delays and repetitions, one after the other.
    faults: std::iter::Cycle<std::vec::IntoIter<(usize, bool)>>,
    trades: usize,
}

impl<'c> Wire<'c> {
    fn new(case: &'c Case, faults: Vec<(usize, bool)>) -> Self {
        Self {
            case,
            trader: Trader::new(case.policy, OrderNames::replay()),
            venue: Venue::new(case.venue.clone()),
            outbox: Outbox::default(),
            said: Vec::new(),
            under_way: Vec::new(),
            heard: Vec::new(),
            faults: faults.into_iter().cycle(),
            trades: 0,
        }
    }

    fn run(&mut self) {
        let mut verdicts = self.case.intents.iter().enumerate().peekable();
        for (row, print) in self.case.tape.iter().enumerate() {
            while let Some((index, intent)) = verdicts.next_if(|(_, intent)| intent.ts_us <= print.ts_us) {
                self.tell(intent.ts_us, Event::Verdict { row: index, intent: *intent });
            }
            while self.venue.next_us() <= print.ts_us {
                self.venue.on_clock(self.venue.next_us(), &mut self.said);
            }
            self.venue.on_print(row, &print, &mut self.said);
            self.send(row);
            self.tell(print.ts_us, Event::Trade { price: print.price, side: print.side });
            self.deliver(row, print.ts_us);
            self.tell(print.ts_us, Event::Clock);
        }
        self.finish();
    }

    // All is told, then the market is left.
    fn finish(&mut self) {
        let row = self.case.tape.len() - 1;
        let print = self.case.tape.get(row);
        self.send(row);
        self.deliver(usize::MAX, print.ts_us);
        self.trader.on_end(&mut self.outbox);
        self.carry(print.ts_us);
        self.venue.end(row, &print, &mut self.said);
        while !self.said.is_empty() {
            self.send(row);
            self.deliver(usize::MAX, print.ts_us);
        }
    }

    // Puts what the venue said on the wire.
    fn send(&mut self, row: usize) {
        for event in std::mem::take(&mut self.said) {
            let Some((delay, twice)) = self.faults.next() else { return };
            self.under_way.push((row + delay, event));
            if twice {
                self.under_way.push((row + delay * 2, event));
            }
        }
    }

    // The latest first.
    fn deliver(&mut self, row: usize, now_us: i64) {
        let (due, later) = std::mem::take(&mut self.under_way).into_iter().partition(|(at, _)| *at <= row);
        self.under_way = later;
        let due: Vec<_> = due;
        for (_, event) in due.into_iter().rev() {
            self.tell(now_us, event);
        }
    }

    fn tell(&mut self, now_us: i64, event: Event) {
        self.trader.on(now_us, &event, &mut self.outbox);
        self.carry(now_us);
        self.heard.push(event);
        self.repeat(now_us);
    }

    // Whatever was heard and can be heard twice says nothing the second time.
    fn repeat(&mut self, now_us: i64) {
        let Some((choice, _)) = self.faults.next() else { return };
        let event = self.heard[choice * 7919 % self.heard.len()];
        if !matches!(event, Event::Trade { .. } | Event::Clock) {
            let before = self.trader.clone();
            self.trader.on(now_us, &event, &mut self.outbox);
            assert_eq!(self.trader, before, "{event:?}");
            assert!(self.outbox.commands.is_empty() && self.outbox.records.is_empty());
        }
    }

    fn carry(&mut self, now_us: i64) {
        for command in std::mem::take(&mut self.outbox.commands) {
            self.venue.execute(now_us, &command, 3, &mut self.said);
        }
        let records = std::mem::take(&mut self.outbox.records);
        self.trades += records.iter().filter(|record| matches!(record, Record::Trade(_))).count();
    }
}

proptest! {
    #[test]
    fn a_bad_wire_changes_nothing_in_the_end(
        case in cases(), faults in prop::collection::vec((0..6_usize, any::<bool>()), 1..60)
    ) {
        let mut wire = Wire::new(&case, faults);
        wire.run();
        prop_assert!(wire.trader.is_flat(), "{:?}", wire.trader);
        prop_assert!(wire.venue.orders().is_empty());
        prop_assert_eq!(wire.venue.position(), 0);
        prop_assert_eq!(wire.venue.cash(), wire.trader.realised());
        prop_assert!(wire.trades > 0 || wire.venue.cash() == Money::ZERO);
    }

    #[test]
    fn damaged_or_foreign_states_are_refused(case in cases(), at in any::<prop::sample::Index>()) {
        use crate::engine::TraderStateError::{Damaged, Foreign};
        let mut wire = Wire::new(&case, vec![(0, false)]);
        wire.run();
        let mut bytes = wire.trader.save().unwrap();
        let other = OrderNames::new("other").unwrap();
        prop_assert_eq!(Trader::restore(case.policy, other, &bytes), Err(Foreign));
        let restore = |bytes: &[u8]| Trader::restore(case.policy, OrderNames::replay(), bytes);
        prop_assert_eq!(restore(&bytes).unwrap(), wire.trader);
        prop_assert_eq!(restore(&bytes[..bytes.len() - 1]), Err(Damaged));
        let at = at.index(bytes.len());
        bytes[at] ^= 1;
        prop_assert_eq!(restore(&bytes), Err(Damaged));
    }
}
