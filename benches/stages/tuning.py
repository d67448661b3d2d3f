"""Tuning: what a trial costs and where, how many a minute two cores try, and whether memory stays flat.

The cost is measured at the size at which the system that psky succeeds was: 4.0 million trades of 30 days, its default
search. A trial took 155 s of CPU time there. It cannot be run here, so its figure is a constant, not an opponent.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np

from benches.harness import Result, reported, versions
from benches.ours import INSTRUMENT
from benches.processes import ROOT, run_python
from benches.tape import COLUMNS, BenchTape
from benches.trials import LIGHTGBM, TrialCosts
from psky.app.data import import_files
from psky.app.workspace import Workspace
from psky.domain.progress import ignore_progress
from psky.domain.trades import TradeColumns
from psky.ingest.synthetic import import_synthetic

PREDECESSOR_CPU_S, PREDECESSOR_TRADES = 155.0, 4_000_000
LEAST_RATIO = 20.0
MOST_OUTSIDE_SHARE = 0.15
MOST_GROWTH = 1.10
COST_TRIALS, FLAT_TRIALS, FEW_TRIALS = 25, 200, 3
FLAT_FROM = 20
_FULL = 1_000_000
_REAL = Path(os.environ.get("PSKY_SHARED", str(ROOT.parent / "shared")), "data", "trades", "bitflyer_BTCJPY")


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage once: its trials are the rounds."""
    del rounds
    whole = len(tape) >= _FULL
    with TemporaryDirectory() as root:
        costs = _tuned(_thinned(tape, 1 / 2), Path(root, "cost"), COST_TRIALS if whole else FEW_TRIALS, jobs=1)
        own = [_own_memory(Path(root, "cost"))] if whole else []  # of few trades it is too little to be seen
    with TemporaryDirectory() as root:
        trials = FLAT_TRIALS if whole else FEW_TRIALS
        files = sorted(_REAL.glob("*.csv.gz")) if whole else []
        flat = _tuned(files or _thinned(tape, 1 / 12), Path(root, "flat"), trials, jobs=2)
    return [*_cost_lines(costs, len(tape) // 5), *own, *_flat_lines(flat, "bitFlyer" if files else "generated")]


def _thinned(tape: BenchTape, share: float) -> TradeColumns:
    """Return two trades in five of the first `share` of the tape: of all 60 days 4.0 million of the first 30."""
    rows = np.arange(int(len(tape) * share))
    kept = rows[np.isin(rows % 5, (0, 2))]
    return TradeColumns(**{name: getattr(tape.columns, name)[kept] for name in COLUMNS})


def _tuned(trades: TradeColumns | Sequence[Path], folder: Path, trials: int, jobs: int) -> TrialCosts:
    here = Workspace(data_root=folder / "data", model_root=folder / "models")
    symbol = INSTRUMENT.symbol
    if isinstance(trades, TradeColumns):
        decimals = {"price_decimals": INSTRUMENT.price_decimals, "size_decimals": INSTRUMENT.size_decimals}
        import_synthetic(here.store_path(symbol), symbol, trades, {}, **decimals)
    else:
        import_files(here, symbol, list(trades), on_progress=ignore_progress)
    printed = run_python("-m", "benches.trials", folder, symbol, str(trials), str(jobs))
    return msgspec.json.decode(printed, type=TrialCosts)


def _own_memory(folder: Path) -> Result:
    grown = int(run_python("-m", "benches.own_memory", folder, INSTRUMENT.symbol))
    return reported("tuning: a worker's own memory of the tape", grown / 1e6, "MB")


def _cost_lines(costs: TrialCosts, trades: int) -> list[Result]:
    a_trial_s = costs.cpu_s / costs.trials
    measured = trades == PREDECESSOR_TRADES
    shares = {part: seconds / sum(costs.parts_s.values()) for part, seconds in costs.parts_s.items()}
    ranked = sorted(shares, key=shares.__getitem__, reverse=True)
    outside = 1 - shares.get(LIGHTGBM, 0.0)
    return [
        Result(
            stage="tuning: a trial",
            against="predecessor, as it was measured" if measured else None,
            ratio=PREDECESSOR_CPU_S / a_trial_s if measured else None,
            ours=a_trial_s,
            theirs=PREDECESSOR_CPU_S if measured else None,
            unit="s",
            least=LEAST_RATIO if measured else None,
            goal=None,
            versions=versions("psky", "lightgbm", "optuna"),
        ),
        reported(
            "tuning: of it outside LightGBM", 100 * outside, "%", least=100 * MOST_OUTSIDE_SHARE if measured else None
        ),
        *(reported(f"tuning: of it {part}", 100 * shares[part], "%") for part in ranked),
    ]


def _flat_lines(flat: TrialCosts, tape: str) -> list[Result]:
    early = flat.resident[min(FLAT_FROM, len(flat.resident)) - 1]
    return [
        reported(f"tuning: two cores, {tape}", 60 * flat.trials / flat.wall_s, "trials/min"),
        reported("tuning: memory, last trial to 20th", flat.resident[-1] / early, "ratio", least=MOST_GROWTH),
        reported("tuning: memory, last trial", flat.resident[-1] / 1e6, "MB"),
    ]
