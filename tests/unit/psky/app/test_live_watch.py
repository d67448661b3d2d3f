"""A session is told from its journal, the same while it is written, afterwards, and at any moment in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from psky.app.live_sessions import view_session
from psky.app.live_views import LiveView, live_lamps, position_words
from psky.app.live_watch import SessionReplay, SessionWatch, list_all_sessions
from psky.app.workspace import Workspace
from psky.domain.side import Side
from psky.domain.time import DAY_US, SECOND_US
from psky.engine import messages
from psky.engine.codes import ExitReason, OrderKind
from psky.engine.messages import order_id
from psky.errors import UsageError
from psky.live.folder import SessionFolder, live_root
from psky.live.journal import records
from psky.live.journal.writer import JournalWriter
from psky.live.limits import LiveLimits
from psky.live.status import SHOWN

START_US = 20_000 * DAY_US
ENTRY, STOP = "psky-abc-1-0", "psky-abc-1-1"
LIMITS = LiveLimits(stale_public_s=60.0, stale_private_s=60.0, max_skew_ms=500.0)
IDS = {ENTRY: order_id(1, 0), STOP: order_id(1, 1)}


def opened(environment: str = "demo", quote: str = "") -> records.Opened:
    return records.Opened(
        session="abc",
        environment=environment,
        symbol="BTCUSDT",
        study="first",
        trial=3,
        prefix="psky-abc",
        strategy={"policy": {"ev_margin_r": 0.05}},
        model_digest="0",
        tick="0.50",
        lot="0.001",
        account_usdt="1000.5",
        psky_version="0.1.0",
        quote=quote,
    )


def verdict(row: int, *, enter: bool, reason: int = 0, held: str = "") -> records.Verdict:
    return records.Verdict(
        row=row,
        side=Side.LONG,
        limit_ticks=200,
        stop_distance_ticks=20,
        target_distance_ticks=40,
        qty_lots=100,
        entry_ttl_us=1,
        hold_us=1,
        repeg_ticks=0,
        expected_entry_ticks=200.0,
        features=b"",
        p=0.5,
        p_lower=0.4,
        gain_r=2.0,
        loss_r=-1.0,
        trend_p=None,
        regime_p=None,
        ev_r=0.2,
        ev_lower_r=0.1,
        reason=reason,
        enter=enter,
        held=held,
    )


def place(name: str, kind: OrderKind, side: Side, price_ticks: int) -> records.Command:
    command = {"message": "Place", "order_id": IDS[name], "kind": kind, "side": side, "price_ticks": price_ticks}
    return records.Command(
        name=name, op="place", version=0, sent_us=0, armed=False, command={**command, "lots": 100, "name": name}
    )


def venue(name: str, **event: Any) -> records.Venue:  # noqa: ANN401 - the fields of a message
    return records.Venue(name=name, event={"order_id": IDS[name], **event}, source="stream")


def fill(name: str, side: Side, price_ticks: int, cumulative: int) -> records.Venue:
    return venue(
        name,
        message="Filled",
        side=side,
        price_ticks=price_ticks,
        lots=cumulative,
        cumulative_lots=cumulative,
        left_lots=100 - cumulative,
        maker=True,
    )


def trades(*price_ticks: int) -> records.Trades:
    one = [1] * len(price_ticks)
    return records.Trades(
        ts_us=one, price_ticks=list(price_ticks), lots=one, side=one, tick_direction=one, flags=one, feed_seq=one
    )


CLOSED: dict[str, Any] = {
    "message": "Trade",
    "exit_ts_us": START_US + 60 * SECOND_US,
    "side": Side.LONG,
    "net_r": -1.02,
    "exit_reason": ExitReason.STOP,
}
STORY: list[records.Record] = [
    records.Started(run=1, pid=4711, restored_seq=0),
    records.Mode(mode="trading", why=""),
    trades(205, 201),
    verdict(0, enter=False, reason=3),
    verdict(1, enter=True),
    place(ENTRY, OrderKind.ENTRY, Side.LONG, 200),
    records.Answer(name=ENTRY, op="place", version=0, outcome="accepted", code=0, message="OK", took_us=4_000),
    venue(ENTRY, message="Accepted", version=0),
    fill(ENTRY, Side.LONG, 200, 40),
    fill(ENTRY, Side.LONG, 200, 40),  # told twice
    fill(ENTRY, Side.LONG, 202, 100),
    place(STOP, OrderKind.STOP, Side.SHORT, 180),
    venue(STOP, message="Accepted", version=0),
    records.Position(lots=100, entry_ticks=201.2, stop_ticks=160, expected_lots=100, wallet_usdt="1000.4"),
    trades(211),
    fill(STOP, Side.SHORT, 180, 100),
    records.Outcome(record=CLOSED),
    records.Guard(what="trip", rule="daily loss", explanation="lost today 1 USDT", facts={}),
    records.Operator(what="flatten", source="file"),
    records.Ended(reason="asked to stop", lots=0),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(data_root=tmp_path / "data", model_root=tmp_path / "models")


@pytest.fixture
def journal(workspace: Workspace) -> Iterator[JournalWriter]:
    folder = SessionFolder(path=live_root(workspace.model_root, "BTCUSDT") / "abc")
    with JournalWriter(folder.journal, durable=False) as writer:
        writer.append(opened(), -1)
        writer.commit()
        yield writer


def tell(writer: JournalWriter, first: int, last: int) -> None:
    for number in range(first, last):
        writer.append(STORY[number], START_US + number * SECOND_US)
    writer.commit()


def look(watch: SessionWatch) -> LiveView:
    found = watch.look()
    assert found is not None
    return found


def test_messages_are_those_of_the_engine() -> None:
    names = {"Filled", "Accepted", "Cancelled", "Rejected", "Trade", "Skip", "Place", "Amend", "Cancel"}
    assert all(issubclass(getattr(messages, name), messages.Message) for name in names)
    assert set(CLOSED) - {"message"} <= set(messages.Trade.__struct_fields__)
    assert {"cumulative_lots", "left_lots", "side", "maker"} <= set(messages.Filled.__struct_fields__)


def test_a_position_is_built_from_fills_each_counted_once(workspace: Workspace, journal: JournalWriter) -> None:
    watch = SessionWatch(workspace, "BTCUSDT", "abc")
    tell(journal, 0, 15)
    view = look(watch)
    assert (view.side, view.qty, view.entry_price, view.last_price) == ("long", "0.100", "100.6", "105.5")
    assert view.open_r == pytest.approx((211 - 201.2) / 20)
    assert [(order.kind, order.state, order.price) for order in view.orders] == [("stop", "rests", "90.0")]
    assert position_words(view) == "long 0.100 BTCUSDT bought at 100.6"
    assert (view.decided, view.entered, view.ev_margin_r) == (2, 1, 0.05)
    assert [decision.reason for decision in view.decisions] == ["enter", "expected value too low"]
    assert view.took_us == (4_000,)
    assert [event.text for event in view.events if event.kind == "filled"] == [
        "entry fill: bought 0.060 at 101.0, maker",
        "entry fill: bought 0.040 at 100.0, maker",
    ]


def test_only_a_session_that_runs_hears_its_feeds(workspace: Workspace, journal: JournalWriter) -> None:
    tell(journal, 0, 3)
    journal.show(SHOWN, {"feeds": {"private": 0, "public": 0}})
    journal.commit()
    watch = SessionWatch(workspace, "BTCUSDT", "abc")
    with SessionFolder(path=live_root(workspace.model_root, "BTCUSDT") / "abc").held():
        assert look(watch).feed_age_us.keys() == {"private", "public"}
    assert look(watch).feed_age_us == {}


def test_looks_go_on_where_the_last_one_ended(workspace: Workspace, journal: JournalWriter) -> None:
    watch = SessionWatch(workspace, "BTCUSDT", "abc")
    views = []
    for number in range(len(STORY)):
        tell(journal, number, number + 1)
        views.append(look(watch))
    assert watch.look() is None
    at_once = look(SessionWatch(workspace, "BTCUSDT", "abc"))
    assert views[-1] == at_once
    assert views[14].lots == 100
    assert at_once.lots == 0
    assert (at_once.today_r, at_once.today_trades) == (-1.02, 1)
    assert at_once.row.ended == "asked to stop"
    assert at_once.tripped == "daily loss: lost today 1 USDT"


def test_a_replay_stands_where_a_watch_stood(workspace: Workspace, journal: JournalWriter) -> None:
    tell(journal, 0, len(STORY))
    replay = SessionReplay(workspace, "BTCUSDT", "abc")
    assert (replay.first_us, replay.last_us) == (START_US, START_US + (len(STORY) - 1) * SECOND_US)
    forth = [replay.seek(START_US + number * SECOND_US) for number in range(len(STORY))]
    back = [replay.seek(START_US + number * SECOND_US) for number in reversed(range(len(STORY)))]
    assert list(reversed(back)) == forth
    assert [view.lots for view in forth][8:16] == [40, 40, 100, 100, 100, 100, 100, 0]


def test_what_the_session_shows_of_itself_is_in_the_view(workspace: Workspace, journal: JournalWriter) -> None:
    status = {"equity_usdt": 999.5, "feeds": {}, "skew_us": -900_000, "errors": 2}
    journal.show("status", status)
    tell(journal, 0, 15)
    view = look(SessionWatch(workspace, "BTCUSDT", "abc"))
    assert (view.equity_usdt, view.skew_us, view.errors) == (999.5, -900_000, 2)
    lamps = {lamp.name: lamp.state for lamp in live_lamps(view, LIMITS)}
    assert lamps == {
        "guard": "good",
        "clock": "bad",
        "books": "good",
        "stop": "good",
        "requests": "doubtful",
    }


def test_the_money_of_a_day_is_counted_from_its_midnight(workspace: Workspace, journal: JournalWriter) -> None:
    def stand(wallet: str, ts_us: int) -> float:
        held = records.Position(lots=0, entry_ticks=0.0, stop_ticks=0, expected_lots=0, wallet_usdt=wallet)
        journal.append(held, ts_us)
        journal.commit()
        return look(watch).today_usdt

    watch = SessionWatch(workspace, "BTCUSDT", "abc")
    gained = [stand("1010.5", START_US), stand("1007.5", START_US + DAY_US - 1)]
    gained += [stand("1008", START_US + DAY_US), stand("1000", START_US + DAY_US + 1)]

    assert gained == [10.0, 7.0, 0.5, -7.5]
    journal.show("status", {"equity_usdt": 1007.0})
    journal.commit()
    assert look(watch).today_usdt == -0.5
    assert SessionReplay(workspace, "BTCUSDT", "abc").seek(START_US + DAY_US).today_usdt == 0.5


def test_each_trouble_lights_its_lamp(workspace: Workspace, journal: JournalWriter) -> None:
    tell(journal, 0, 15)
    view = replace(look(SessionWatch(workspace, "BTCUSDT", "abc")), skew_us=0)

    def lit(**changes: Any) -> dict[str, str]:  # noqa: ANN401 - the fields of a view
        lamps = live_lamps(replace(view, **changes), LIMITS)
        return {lamp.name: lamp.state for lamp in lamps if lamp.state != "good"}

    assert lit() == {}
    assert lit(tripped="daily loss: x") == {"guard": "bad"}
    assert lit(held="missed data") == lit(mode="stopping") == {"guard": "doubtful"}
    assert lit(disagrees=True) == {"books": "bad"}
    assert lit(has_stop=False) == {"stop": "bad"}
    assert lit(has_stop=False, lots=0) == {}
    assert lit(feed_age_us={"private": 61 * SECOND_US, "public": 16 * SECOND_US}) == {
        "private": "bad",
        "public": "doubtful",
    }


def test_an_environment_that_is_not_known_counts_as_real_money(workspace: Workspace) -> None:
    folder = SessionFolder(path=live_root(workspace.model_root, "ETHUSDT") / "xyz")
    with JournalWriter(folder.journal, durable=False) as writer:
        writer.append(opened("mars"), -1)
    assert look(SessionWatch(workspace, "ETHUSDT", "xyz")).real_money


@pytest.mark.parametrize(("quote", "money"), [("JPY", "JPY"), ("", "quote")])
def test_money_is_called_as_the_exchange_does_or_else_quote(workspace: Workspace, quote: str, money: str) -> None:
    funding = records.Booked(what="Funding", name="", execution=1, lots=0, price_ticks=0, amount_usdt="-1.5", raw={})
    folder = SessionFolder(path=live_root(workspace.model_root, "BTCJPY") / "yen")
    with JournalWriter(folder.journal, durable=False) as writer:
        writer.append(opened(quote=quote), -1)
        writer.append(funding, START_US)
    view = look(SessionWatch(workspace, "BTCJPY", "yen"))

    assert view.money == view_session(workspace, "BTCJPY", "yen").money == money
    assert view.events[0].text == f"Funding -1.5 {money}"


def test_sessions_are_listed_and_one_of_another_version_is_passed_over(
    workspace: Workspace, journal: JournalWriter
) -> None:
    tell(journal, 0, 2)
    other = live_root(workspace.model_root, "BTCUSDT") / "old" / "journal.db"
    other.parent.mkdir()
    other.write_bytes(b"")
    found = list_all_sessions(workspace)
    assert [(row.symbol, row.session, row.trial, row.running, row.ended) for row in found] == [
        ("BTCUSDT", "abc", 3, False, "")
    ]
    with SessionFolder(path=live_root(workspace.model_root, "BTCUSDT") / "abc").held():
        assert list_all_sessions(workspace)[0].running


def test_nothing_to_list_and_nothing_to_watch(workspace: Workspace) -> None:
    assert list_all_sessions(workspace) == ()
    with pytest.raises(UsageError, match="expected a session"):
        SessionWatch(workspace, "BTCUSDT", "abc")


def test_a_journal_that_does_not_begin_is_no_session(workspace: Workspace) -> None:
    folder = SessionFolder(path=live_root(workspace.model_root, "BTCUSDT") / "abc")
    JournalWriter(folder.journal, durable=False).close()
    with pytest.raises(UsageError, match="expected a session"):
        SessionWatch(workspace, "BTCUSDT", "abc")
    assert list_all_sessions(workspace) == ()
