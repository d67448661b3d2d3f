"""The live twin of the replay: trades, time and venue events in, commands and verdicts out. No clock, no network.

Bars close, touches are decided and the trader hears what it hears in a replay, in the same order: at one time first
the trader's clock, then the verdicts of a bar that ends, then the trade. Of the venue's events the driver keeps the
order: what happened by a time is heard before time moves on.

```
 trades ─> market ─> touches of a closed bar ─> evidence ─> verdict ─┐
 time ───────┘                                                       ├─> trader ─> commands, records
 venue events ───────────────────────────────────────────────────────┘
```

Intents are numbered as the touches since the market's first trade. A backtest of the recorded tape that begins with
that trade numbers them alike, and a restored brain counts on.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Final, Self

import msgspec
import numpy as np

from psky.domain.instrument import Instrument
from psky.domain.time import SECOND_US, timeframe_s
from psky.domain.trades import TradeColumns
from psky.engine.messages import Clock, Command, Record, VenueEvent, Verdict
from psky.engine.trader import NEVER_US, Said, Trader
from psky.errors import MismatchError, OrderError
from psky.learn.bundle import Bundle
from psky.live.decisions import Decided, Decider
from psky.market.features import MarketTable
from psky.market.stream import MarketStream
from psky.market.tape import batch
from psky.spec.spec import Spec

_FORMAT: Final = 1
_START_US: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What follows from one thing that happened, in order: verdicts, then what the trader says."""

    ts_us: int
    """When it happened."""
    sent_us: int
    """When the commands leave, in the market's time: as much later as the spec's feed takes, at once for the clock."""
    decided: tuple[Decided, ...] = ()
    commands: tuple[Command, ...] = ()
    records: tuple[Record, ...] = ()


class _State(msgspec.Struct, frozen=True, array_like=True):
    """All that a brain remembers."""

    format: int
    model: str
    """Digest of the bundle."""
    now_us: int
    touches: int
    is_ready: bool
    market: bytes
    trader: bytes


class Brain:
    """Decides and trades one symbol with a bundle under a spec; its orders' names begin with `prefix`.

    Touches are decided from `decide_from_us` until before `decide_until_us`; at other times it only watches. `held` is
    the driver's: as long as it says something, accepted verdicts are kept from the trader, and say why. So they are
    until every feature that the bundle's trees look at has once been known.

    Raises:
        UsageError: a prefix that makes no order names.
        SpecError: as for a market stream.
    """

    held: str = ""

    def __init__(
        self,
        bundle: Bundle,
        spec: Spec,
        instrument: Instrument,
        prefix: str,
        *,
        decide_from_us: int = 0,
        decide_until_us: int = NEVER_US,
    ) -> None:
        self._spec, self._instrument = spec, instrument
        self._bundle, self._prefix = bundle, prefix
        self._decider = Decider(bundle, spec, instrument)
        self._decides_us = decide_from_us, decide_until_us
        self._bar_us = timeframe_s(spec.touch.base) * SECOND_US
        self._feed_us = spec.venue.feed_latency_ms * 1000
        self._needed = np.flatnonzero(bundle.used_features)
        self._market = MarketStream(spec)
        self._trader = Trader(spec.policy, prefix)
        self._now_us, self._touches, self._is_ready = _START_US, 0, False

    @classmethod
    def restore(
        cls,
        bundle: Bundle,
        spec: Spec,
        instrument: Instrument,
        prefix: str,
        state: bytes,
        *,
        decide_from_us: int = 0,
        decide_until_us: int = NEVER_US,
    ) -> Self:
        """Return the brain that was saved, which goes on as if it had not stopped.

        Raises:
            MismatchError: bytes that are no state, are damaged, or are of another bundle, spec, prefix or version.
        """
        window = {"decide_from_us": decide_from_us, "decide_until_us": decide_until_us}
        brain = cls(bundle, spec, instrument, prefix, **window)
        try:
            found = msgspec.msgpack.decode(state, type=_State)
        except msgspec.DecodeError as error:
            raise MismatchError(f"expected the saved state of a brain, found: {error}; start anew") from error
        if found.format != _FORMAT or found.model != bundle.digest:
            raise MismatchError(
                f"expected the state of model {bundle.digest[:12]} in format {_FORMAT}, found {found.model[:12]} in "
                f"{found.format}; start anew"
            )
        brain._market = MarketStream.restore(spec, found.market)
        brain._trader = Trader.restore(spec.policy, prefix, found.trader)
        brain._now_us, brain._touches, brain._is_ready = found.now_us, found.touches, found.is_ready
        return brain

    def save(self) -> bytes:
        """Return the whole state; between any two calls."""
        state = _State(
            format=_FORMAT,
            model=self._bundle.digest,
            now_us=self._now_us,
            touches=self._touches,
            is_ready=self._is_ready,
            market=self._market.save(),
            trader=self._trader.save(),
        )
        return msgspec.msgpack.encode(state)

    @property
    def trader(self) -> Trader:
        """The trader, to be looked at."""
        return self._trader

    @property
    def now_us(self) -> int:
        """The latest time that it was told of; trades must not be earlier."""
        return self._now_us

    @property
    def is_ready(self) -> bool:
        """Whether every feature that the trees look at has been known."""
        return self._is_ready

    @property
    def next_us(self) -> int:
        """When it next wants `advance`: the trader's clock, or the end of the base bar under way."""
        return min(self._trader.next_us, self._bar_end_us)

    @property
    def _bar_end_us(self) -> int:
        return NEVER_US if self._now_us == _START_US else (self._now_us // self._bar_us + 1) * self._bar_us

    def advance(self, now_us: int) -> Step | None:
        """Bring about the first thing that is due by `now_us`; None where nothing is left to be said.

        Call it until it says None, each time after the step's commands were carried out.
        """
        while (due_us := self.next_us) <= now_us:
            step = self._tick(due_us) if self._trader.next_us == due_us else self._close_bar(due_us)
            if step is not None:
                return step
        self._now_us = max(self._now_us, now_us)
        return None

    def on_trades(self, trades: TradeColumns, start: int = 0) -> tuple[int, Step | None]:
        """Take in trades from row `start` on until something is to be said; return the next row, and what it is.

        What is due by a trade's time comes before the trade. Call it until the next row is that after the last.

        Raises:
            OrderError: a trade is earlier than `now_us`; those before it were taken in.
            DataError: trades that cannot be.
        """
        tape, times, row = batch(trades, self._instrument), trades.ts_us.tolist(), start
        while row < len(times):
            if times[row] < self._now_us:
                raise OrderError(
                    f"{self._instrument.label}: expected a trade at or after {self._now_us} us, found one at "
                    f"{times[row]} us; hand over time only when no earlier trade can come"
                )
            step = self.advance(times[row])
            if step is not None:
                return row, step
            stop = max(row + 1, bisect_left(times, self.next_us, row))
            after, said = self._trader.on_trades(tape, row, stop)
            self._market.push(tape, row, after)
            row, self._now_us = after, times[after - 1]
            if said:
                return row, self._step(self._now_us, said)
        return row, None

    def on(self, now_us: int, event: VenueEvent) -> Step:
        """Hear an event of the venue."""
        return self._step(now_us, self._trader.on(now_us, event))

    def on_end(self) -> Step:
        """Leave the market: the tape has ended."""
        return self._step(self._now_us, self._trader.on_end(), delay_us=0)

    def forget_trades(self) -> None:
        """Begin anew with a trader that holds nothing: somebody else got the account flat."""
        self._trader = Trader(self._spec.policy, self._prefix)

    def _tick(self, due_us: int) -> Step | None:
        said = self._trader.on(due_us, Clock())
        return self._step(due_us, said, delay_us=0) if said else None

    def _close_bar(self, end_us: int) -> Step | None:
        self._market.advance(end_us)
        self._now_us = max(self._now_us, end_us)
        table = self._market.take()
        touches = len(table.touch_side)
        if touches == 0:
            return None
        first, self._touches = self._touches, self._touches + touches
        self._note_ready(table)
        if not self._decides_us[0] <= end_us < self._decides_us[1]:
            return None
        decided = [self._kept(verdict) for verdict in self._decider.decide(table, first)]
        heard = [verdict for verdict in decided if verdict.enter and not verdict.held]
        said = [self._trader.on(end_us, Verdict(verdict.row, verdict.intent)) for verdict in heard]
        return self._step(end_us, *said, decided=tuple(decided))

    def _kept(self, verdict: Decided) -> Decided:
        why = self.held or ("" if self._is_ready else "features not ready")
        return replace(verdict, held=why) if why and verdict.enter else verdict

    def _note_ready(self, table: MarketTable) -> None:
        if not self._is_ready:
            self._is_ready = not np.isnan(table.touch_features[:, self._needed]).any(axis=1).all()

    def _step(self, ts_us: int, *said: Said, decided: tuple[Decided, ...] = (), delay_us: int | None = None) -> Step:
        return Step(
            ts_us=ts_us,
            sent_us=ts_us + (self._feed_us if delay_us is None else delay_us),
            decided=decided,
            commands=tuple(command for answer in said for command in answer.commands),
            records=tuple(record for answer in said for record in answer.records),
        )
