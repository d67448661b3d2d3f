"""A session beside the backtest of the tape that it recorded: what came out otherwise, and why.

Both decide by the same rows of touches, so they are lined up intent by intent. Where a trade differs, the first of
these that holds is the cause:

| cause | told by |
|---|---|
| held | the session was not to enter: warm-up, guard, operator |
| missed data | the verdicts differ, or trades are missing within the trade's life |
| carried | one of them was busy with another trade, which differs itself |
| refused | the exchange refused the entry for another reason than post-only |
| latency | an entry that came too late or too early to be taken; what a taker paid; when an exit fired |
| queue | a resting order that filled here and not there, or at another time |
| fee, funding | the same fills, charged otherwise |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from psky.engine.codes import ExitReason, OrderKind, OrderStatus, RejectReason
from psky.live.journal import records
from psky.live.journal.reader import Row
from psky.replay.ledger import Columns, Ledger

_SAME_R: Final = 1e-9
"""Results that differ by less are the same: fees are rounded where they are charged."""
_VERDICT: Final = ("p", "p_lower", "ev_r", "ev_lower_r", "reason")
_ENTRY: Final = ("entry_ts_us", "entry_ticks", "lots")
_EXIT: Final = ("exit_ts_us", "exit_ticks", "exit_reason")

Line = dict[str, Any]


class Cause(StrEnum):
    """Why a trade differs."""

    HELD = "held"
    DATA = "missed data"
    CARRIED = "carried"
    REFUSED = "refused"
    LATENCY = "latency"
    QUEUE = "queue"
    FEE = "fee"
    FUNDING = "funding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """An intent that came out otherwise. Results are net R, None without a trade."""

    intent: int
    cause: Cause
    words: str
    session_r: float | None
    backtest_r: float | None
    difference_r: float
    """What the cause made of the session's result, R."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All that came out otherwise; differences add up to that of the net results."""

    session_trades: int
    backtest_trades: int
    same: int
    """Trades that are equal in prices, times, lots and results."""
    drifted: tuple[Drifted, ...]

    @property
    def by_cause(self) -> dict[Cause, float]:
        """Each cause that occurs with what it made of the result, R."""
        return {
            cause: sum(one.difference_r for one in self.drifted if one.cause is cause)
            for cause in Cause
            if any(one.cause is cause for one in self.drifted)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a journal tells besides the ledger: intents that were held and why, and times without trades."""

    held: Mapping[int, str]
    gaps: Sequence[tuple[int, int]]


def known_of(rows: Iterable[Row]) -> Known:
    """Return what a journal tells besides the ledger."""
    held, gaps = {}, []
    for row in rows:
        match row.record:
            case records.Verdict() as verdict if verdict.held:
                held[verdict.row] = verdict.held
            case records.Gap() as gap:
                gaps.append((gap.start_us, gap.end_us))
            case _:
                pass
    return Known(held=held, gaps=gaps)


def drift(session: Ledger, backtest: Ledger, known: Known) -> Drift:
    """Line up a session with the backtest of its tape."""
    ours, theirs = _stories(session), _stories(backtest)
    drifted, same = [], 0
    for intent in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(intent, _Story()), theirs.get(intent, _Story())
        found = _compared(intent, here, there, known)
        drifted += found
        same += here.trade is not None and not found
    return Drift(
        session_trades=len(session.trades["intent"]),
        backtest_trades=len(backtest.trades["intent"]),
        same=same,
        drifted=tuple(drifted),
    )


@dataclass(slots=True)
class _Story:
    """What became of an intent."""

    verdict: Line | None = None
    skip: Line | None = None
    entry: Line | None = None
    trade: Line | None = None

    @property
    def net_r(self) -> float | None:
        return None if self.trade is None else self.trade["net_r"]


def _stories(ledger: Ledger) -> dict[int, _Story]:
    stories: dict[int, _Story] = {}
    entries = [line for line in _lines(ledger.orders) if line["kind"] == OrderKind.ENTRY]
    tables = {"verdict": _lines(ledger.verdicts), "skip": _lines(ledger.skips), "trade": _lines(ledger.trades)}
    for name, lines in (tables | {"entry": entries}).items():
        for line in lines:
            setattr(stories.setdefault(line["intent"], _Story()), name, line)
    return stories


def _lines(columns: Columns) -> list[Line]:
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def _compared(intent: int, here: _Story, there: _Story, known: Known) -> list[Drifted]:
    if here.trade is None and there.trade is None:
        return _other_verdict(intent, here, there)
    if here.trade is None or there.trade is None:
        cause, words = _one_sided(intent, here, there, known)
        return [_drifted(intent, cause, words, here, there, (here.net_r or 0.0) - (there.net_r or 0.0))]
    return _both(intent, here, there, known)


def _other_verdict(intent: int, here: _Story, there: _Story) -> list[Drifted]:
    if here.verdict is None or there.verdict is None:
        where = "the backtest" if here.verdict is None else "the session"
        return [_drifted(intent, Cause.DATA, f"only {where} saw the touch", here, there, 0.0)]
    if here.verdict["reason"] == there.verdict["reason"]:
        return []
    return [_drifted(intent, Cause.DATA, "another verdict", here, there, 0.0)]


def _one_sided(intent: int, here: _Story, there: _Story, known: Known) -> tuple[Cause, str]:
    where = "the backtest" if here.trade is None else "the session"
    if intent in known.held:
        return Cause.HELD, known.held[intent]
    if _verdicts_differ(here, there):
        return Cause.DATA, f"only {where} decided to enter, on other evidence"
    if here.skip or there.skip:
        return Cause.CARRIED, f"only {where} was free to enter"
    empty = here if here.trade is None else there
    if empty.entry is None:
        return Cause.REFUSED, f"only {where} sent an entry"
    return _unfilled(empty.entry, where)


def _unfilled(entry: Line, where: str) -> tuple[Cause, str]:
    if entry["status"] == OrderStatus.REJECTED:
        reason = RejectReason(entry["reject_reason"])
        if reason is RejectReason.POST_ONLY:
            return Cause.LATENCY, f"only {where} came in time for a post-only entry"
        return Cause.REFUSED, f"only {where} had its entry accepted; elsewhere: {reason.name.lower()}"
    if entry["price_ticks"]:
        return Cause.QUEUE, f"the entry filled only in {where}"
    return Cause.LATENCY, f"the entry at market filled only in {where}"


def _both(intent: int, here: _Story, there: _Story, known: Known) -> list[Drifted]:
    ours, theirs = here.trade or {}, there.trade or {}
    fee_r, funding_r = (theirs[name] - ours[name] for name in ("fee_r", "funding_r"))
    gross_r = ours["gross_r"] - theirs["gross_r"]
    found = []
    apart = [name for name in _ENTRY + _EXIT if ours[name] != theirs[name]]
    if apart:
        cause, words = _cause_of(here, there, apart, known)
        found.append(_drifted(intent, cause, words, here, there, gross_r + fee_r))
    elif abs(fee_r) > _SAME_R:
        found.append(_drifted(intent, Cause.FEE, "the same fills at another fee", here, there, gross_r + fee_r))
    if abs(funding_r) > _SAME_R:
        found.append(_drifted(intent, Cause.FUNDING, "another funding", here, there, funding_r))
    return found


def _cause_of(here: _Story, there: _Story, apart: list[str], known: Known) -> tuple[Cause, str]:
    ours, theirs = here.trade or {}, there.trade or {}
    words = ", ".join(f"{name} {ours[name]} for {theirs[name]}" for name in apart)
    start_us = min(ours["entry_ts_us"], theirs["entry_ts_us"])
    end_us = max(ours["exit_ts_us"], theirs["exit_ts_us"])
    if _verdicts_differ(here, there) or any(start < end_us and end > start_us for start, end in known.gaps):
        return Cause.DATA, words
    if any(name in _ENTRY for name in apart):
        rests = all(story.entry and story.entry["price_ticks"] for story in (here, there))
        return (Cause.QUEUE if rests else Cause.LATENCY), words
    targets = ExitReason.TARGET in {ours["exit_reason"], theirs["exit_reason"]}
    return (Cause.QUEUE if targets else Cause.LATENCY), words


def _verdicts_differ(here: _Story, there: _Story) -> bool:
    if here.verdict is None or there.verdict is None:
        return True
    pairs = ((here.verdict[name], there.verdict[name]) for name in _VERDICT)
    return any(ours != theirs and not (ours != ours and theirs != theirs) for ours, theirs in pairs)  # noqa: PLR0124 - NaN


def _drifted(intent: int, cause: Cause, words: str, here: _Story, there: _Story, difference_r: float) -> Drifted:
    return Drifted(
        intent=intent,
        cause=cause,
        words=words,
        session_r=here.net_r,
        backtest_r=there.net_r,
        difference_r=difference_r,
    )
