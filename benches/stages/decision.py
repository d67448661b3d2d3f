"""The way from a closed bar to a command: features, one-row prediction, decision, trader; no network, no venue."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

import psky
from benches.harness import Contest, Opponent, Result, Unit, contest_results, expect_equal, interleaved, reported
from benches.ours import INSTRUMENT, SPEC
from benches.stages.bars import market_tape
from benches.tape import BenchTape
from psky.domain.time import SECOND_US
from psky.domain.trades import TradeColumns
from psky.engine.codes import RejectReason
from psky.engine.messages import Place, Rejected
from psky.learn.arrays import Floats
from psky.learn.booster import predict
from psky.learn.bundle import Bundle, Provenance, TrainedOn
from psky.learn.entry_model import EntryQualityModel
from psky.live.brain import Brain, Step
from psky.market.features import MarketTable, compute, schema_digest, touch_feature_names
from psky.spec.codec import replace

EAGER = replace(SPEC, {"policy.ev_margin_r": -1e6, "model.calibration": "platt"})
"""Enters at every touch."""
_LABEL_US = 600 * SECOND_US
_ALONE = 100_000
_CHUNK = 1000
_TAIL = 0.999


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage. What a model learnt does not matter for its time: labels are coins."""
    table = compute(market_tape(tape), EAGER, dense=False)
    bundle = _bundle(table)
    seconds = [second for _ in range(rounds) for second in _decisions(bundle, tape.columns)]
    alone = [tape.columns.take(slice(row, row + 1)) for row in range(min(_ALONE, len(tape)))]
    (alone_costs,) = interleaved([partial(_hear, bundle, alone)], rounds)
    alone_s = statistics.median(cost.cpu_s for cost in alone_costs)
    return [
        reported("decision: closed bar to command", statistics.median(seconds) * 1e6, "us", least=50, goal=15),
        reported("decision: the slowest of a thousand", float(np.quantile(seconds, _TAIL)) * 1e6, "us", least=2000),
        reported("decision: trades one by one", alone_s / len(alone) * 1e6, "s/million"),
        *contest_results(_one_row(bundle, table), rounds),
    ]


def _bundle(table: MarketTable) -> Bundle:
    X, start = table.touch_features, table.ts_us[table.touch_row]
    y = np.random.default_rng(1).integers(0, 2, len(X))
    names = touch_feature_names(EAGER)
    return Bundle(
        model=EntryQualityModel(EAGER.model).fit(X, y, start, start + _LABEL_US),
        context=(),
        context_spec=EAGER.context,
        provenance=Provenance(
            spec=EAGER.fingerprint, tape="", schema=schema_digest(EAGER), features=names, version=psky.__version__
        ),
        trained_on=TrainedOn(start_us=int(start[0]), end_us=int(start[-1]), rows=len(X)),
    )


class _Timed(Brain):
    """A brain that notes the CPU seconds from the end of a bar to the command that follows."""

    seconds: list[float]

    def _close_bar(self, end_us: int) -> Step | None:
        start = time.thread_time_ns()
        step = super()._close_bar(end_us)
        if step is not None and step.commands:
            self.seconds.append((time.thread_time_ns() - start) / 1e9)
        return step


def _decisions(bundle: Bundle, trades: TradeColumns) -> list[float]:
    brain = _Timed(bundle, EAGER, INSTRUMENT, "bench")
    brain.seconds = []
    brain._is_ready = True  # noqa: SLF001 - a short tape warms up no feature of the longest timeframe
    _hear(bundle, [trades.take(slice(row, row + _CHUNK)) for row in range(0, len(trades), _CHUNK)], brain)
    return brain.seconds


def _hear(bundle: Bundle, parts: list[TradeColumns], brain: Brain | None = None) -> None:
    """Hand over trades in parts; every entry is refused, so that the next verdict finds the trader free."""
    brain = brain or Brain(bundle, EAGER, INSTRUMENT, "bench")
    for part in parts:
        row = 0
        while row < len(part):
            row, step = brain.on_trades(part, row)
            for command in step.commands if step else ():
                if isinstance(command, Place):
                    brain.on(brain.now_us, Rejected(command.order_id, RejectReason.POST_ONLY))


def _each(way: Callable[[Floats], Floats], rows: list[Floats]) -> Floats:
    return np.concatenate([way(row) for row in rows])


def _one_row(bundle: Bundle, table: MarketTable) -> Contest:
    trees, X = bundle.model.booster_, table.touch_features
    rows = [X[row : row + 1] for row in range(len(X))]
    few = rows[: max(1, len(rows) // 10)]
    ours = partial(predict, trees)
    return Contest(
        stage="decision: prediction of a row",
        unit=Unit(name="us/row", a_second=1e6, work=len(rows)),
        ours=partial(_each, ours, rows),
        tenth=partial(_each, ours, few),
        sizes=(len(rows), len(few)),
        opponents=(
            Opponent(
                against="LightGBM Booster.predict",
                packages=("lightgbm",),
                run=partial(_each, lambda row: np.asarray(trees.predict(row, num_threads=1)), rows),
                same=_same,
            ),
        ),
    )


def _same(ours: object, theirs: object) -> None:
    expect_equal("probabilities", np.asarray(ours), np.asarray(theirs))
