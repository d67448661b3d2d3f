"""The trader's face: values in and out, names, and states that are refused. What it does is proven by the replay."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.domain.side import Side
from psky.engine import messages, wire
from psky.engine.codes import ExitReason, OrderKind, RejectReason, SkipReason
from psky.engine.messages import (
    Accepted,
    Amend,
    Cancel,
    Cancelled,
    Clock,
    Command,
    Filled,
    Funding,
    Intent,
    NoTrade,
    OrderType,
    Place,
    Record,
    Rejected,
    Skip,
    Trade,
    VenueEvent,
    Verdict,
    intent_of,
    number_of,
    order_id,
)
from psky.engine.trader import NEVER_US, SILENCE, Trader
from psky.errors import MismatchError, UsageError
from psky.spec.sections import PolicySpec

POLICY = PolicySpec()
BUY = Intent(
    ts_us=1000,
    side=Side.LONG,
    limit_ticks=100,
    stop_distance_ticks=4,
    target_distance_ticks=6,
    qty_lots=3,
    entry_ttl_us=500,
    hold_us=2000,
    repeg_ticks=0,
)
IDS = st.builds(order_id, st.integers(0, 2**40), st.integers(0, 2**16 - 1))
SMALL, BIG, SIDES = st.integers(0, 10**9), st.integers(-(10**25), 10**25), st.sampled_from(Side)
REAL = st.floats(-1e9, 1e9)
FILLS = st.builds(
    Filled,
    order_id=IDS,
    execution=SMALL,
    ts_us=SMALL,
    row=SMALL,
    side=SIDES,
    price_ticks=SMALL,
    lots=SMALL,
    cumulative_lots=SMALL,
    left_lots=SMALL,
    maker=st.booleans(),
    fee=BIG,
    queue_lots=SMALL,
)
EVENTS = st.one_of(
    st.builds(Accepted, IDS, st.integers(0, 2**16 - 1)),
    FILLS,
    st.builds(Rejected, IDS, st.sampled_from(RejectReason)),
    st.builds(Cancelled, IDS, SMALL),
    st.builds(Funding, SMALL, st.integers(-(10**9), 10**9), SMALL),
)
RECORDS = st.one_of(
    st.builds(
        Trade,
        intent=SMALL,
        side=SIDES,
        entry_ts_us=SMALL,
        exit_ts_us=SMALL,
        entry_row=SMALL,
        exit_row=SMALL,
        entry_ticks=REAL,
        exit_ticks=REAL,
        lots=SMALL,
        exit_reason=st.sampled_from(ExitReason),
        gross_r=REAL,
        fee_r=REAL,
        funding_r=REAL,
        net_r=REAL,
        mae_r=REAL,
        mfe_r=REAL,
    ),
    st.builds(NoTrade, SMALL, st.booleans()),
    st.builds(Skip, SMALL, st.sampled_from(SkipReason)),
)


def entered() -> Trader:
    trader = Trader(POLICY, "s-1")
    trader.on(1000, Verdict(7, BUY))
    return trader


def filled(lots: int, cumulative: int) -> Filled:
    return Filled(
        order_id=order_id(7, 0),
        execution=1,
        ts_us=1200,
        row=0,
        side=Side.LONG,
        price_ticks=100,
        lots=lots,
        cumulative_lots=cumulative,
        left_lots=3 - cumulative,
        maker=True,
        fee=-5,
        queue_lots=0,
    )


def test_a_verdict_sends_an_entry_that_names_itself() -> None:
    trader = Trader(POLICY, "s-1")

    said = trader.on(1000, Verdict(7, BUY))

    (entry,) = said.commands
    assert entry == Place(
        order_id=order_id(7, 0),
        name="s-1-7-0",
        kind=OrderKind.ENTRY,
        side=Side.LONG,
        type=OrderType.LIMIT,
        price_ticks=100,
        lots=3,
        armed=False,
    )
    assert trader.on(1000, Verdict(7, BUY)) is SILENCE
    assert (trader.next_us, trader.is_flat, trader.positions) == (1500, False, {7: 0})


def test_the_first_lot_brings_the_bracket_and_money_is_exact() -> None:
    trader = entered()

    said = trader.on(1200, filled(2, 2))

    assert [(order.kind, order.type, order.price_ticks, order.lots) for order in said.commands] == [  # type: ignore[union-attr]
        (OrderKind.STOP, OrderType.STOP, 96, 2),
        (OrderKind.TARGET, OrderType.LIMIT, 106, 2),
    ]
    assert (trader.positions, trader.next_us) == ({7: 2}, 1500)
    assert trader.running(101) == 2 * messages.BILLION + 5
    (amend, *_) = trader.on(1300, filled(1, 3)).commands
    assert isinstance(amend, Amend)
    assert (amend.name, amend.lots, amend.version) == ("s-1-7-1", 3, 1)
    out = trader.on(3200, Clock()).commands
    assert [type(command) for command in out] == [Cancel, Place]
    assert trader.next_us == NEVER_US


def test_names_tell_their_order_and_no_other() -> None:
    trader = Trader(POLICY, "s-1")

    assert trader.order_id(trader.name(order_id(1234, 5))) == order_id(1234, 5)
    assert [trader.order_id(name) for name in ("s-2-1-0", "s-1-1", "", "s-1-zz-00")] == [None] * 4
    for prefix in ("", "with blank", "x" * 21):
        with pytest.raises(UsageError, match="prefix"):
            Trader(POLICY, prefix)


def test_a_saved_trader_goes_on_and_others_are_refused() -> None:
    trader = entered()
    state = trader.save()

    again = Trader.restore(POLICY, "s-1", state)

    assert again.on(1200, filled(3, 3)) == trader.on(1200, filled(3, 3))
    for policy, prefix, bytes_ in (
        (POLICY, "s-2", state),
        (PolicySpec(opposite="close"), "s-1", state),
        (POLICY, "s-1", state[:-1]),
        (POLICY, "s-1", b""),
    ):
        with pytest.raises(MismatchError, match="state of a trader"):
            Trader.restore(policy, prefix, bytes_)


def test_what_is_no_intent_or_event_is_refused() -> None:
    trader = Trader(POLICY, "s-1")

    with pytest.raises(ValueError, match="stop of at least 1 tick"):
        trader.on(0, Verdict(0, msgspec.structs.replace(BUY, stop_distance_ticks=0)))
    with pytest.raises(ValueError, match="what a venue says"):
        wire.venue_event((0, 1))


@given(IDS)
def test_an_id_is_its_intent_and_its_number(order: int) -> None:
    assert order_id(intent_of(order), number_of(order)) == order


def through_json(value: Any, kind: Any) -> Any:  # noqa: ANN401 - of any message
    return msgspec.json.decode(msgspec.json.encode(value), type=kind)


@given(EVENTS)
def test_events_survive_the_wire_and_json(event: VenueEvent) -> None:
    assert wire.venue_event(wire.event_row(event)) == event
    assert through_json(event, VenueEvent) == event
    assert Trader(POLICY, "s").on(0, event) is SILENCE


@given(RECORDS)
def test_records_survive_the_wire_and_json(record: Record) -> None:
    assert wire.record(wire.record_row(record)) == record
    assert through_json(record, Record) == record


def test_commands_survive_the_wire_and_json() -> None:
    trader = entered()
    said = [*trader.on(1200, filled(2, 2)).commands, *trader.on(1300, filled(1, 3)).commands]
    said += trader.on(3200, Clock()).commands

    assert {type(command) for command in said} == {Place, Amend, Cancel}
    for command in said:
        assert wire.command(wire.command_row(command)) == command
        assert through_json(command, Command) == command
