"""A small generated market with studies on it, for tests of whatever works on a whole tape.

The tape is PSG-1; makers are paid a rebate, so that even a tiny model finds some touches worth entering.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psky.app.tune import TuneRequest, TuneResult, run_tuning
from psky.app.workspace import Workspace
from psky.domain.instrument import Instrument
from psky.domain.progress import ignore_progress
from psky.domain.trades import TradeColumns
from psky.ingest.synthetic import import_synthetic
from psky.market.psg1 import PRICE_DECIMALS, SIZE_DECIMALS, Psg1Params, generate
from psky.market.tape import MarketTape, tape_from_columns
from psky.spec.codec import replace
from psky.spec.spec import Spec

SYMBOL = "DEMOUSDT"
INSTRUMENT = Instrument(symbol=SYMBOL, price_decimals=PRICE_DECIMALS, size_decimals=SIZE_DECIMALS, synthetic=True)
PARAMS = Psg1Params(n=60_000, rate=0.2, seed=6)
QUICK_VALUES: dict[str, Any] = {
    "touch.timeframes": ["1m", "5m"],
    "intent.entry_offset_atr": -0.3,
    "intent.hold_bars": 30,
    "costs.maker_fee_rate": -0.0002,
    "costs.taker_fee_rate": 0.0,
    "costs.slippage_ticks": 1,
    "model.rounds": 30,
    "model.min_leaf_rows": 15,
    "policy.ev_margin_r": 0.0,
    "policy.confidence_z": 0.0,
    "split.folds": 2,
    "split.min_trades": 1,
    "selection.min_trades": 1,
    "selection.min_shadow_trades": 1,
    "selection.min_profit_factor": 0.01,
    "selection.max_drawdown_share": 1.0,
    "selection.max_coverage": 1.0,
}
QUICK = replace(Spec(), QUICK_VALUES)
SCOPE = ("entry", "policy")
"""What is tuned there: labels and models at the ends of their ranges find too little to learn from on so few trades."""


def columns(**changes: Any) -> TradeColumns:  # noqa: ANN401 - parameters of several types
    """Return the trades of the small market, or of a variation of it."""
    return generate(dataclasses.replace(PARAMS, **changes)).columns


def tape_of(trades: TradeColumns, fingerprint: str = "tape") -> MarketTape:
    """Return trades as a tape."""
    return tape_from_columns(trades, INSTRUMENT, fingerprint)


def cut(trades: TradeColumns, rows: slice | NDArray[np.bool_]) -> TradeColumns:
    """Return some of the trades."""
    fields = (field.name for field in dataclasses.fields(TradeColumns))
    return TradeColumns(**{name: getattr(trades, name)[rows] for name in fields})


def workspace(root: Path) -> Workspace:
    """Return the workspace that a command sees when it runs in `root`."""
    return Workspace(data_root=root / "data", model_root=root / "models")


def stock(store_path: Path, symbol: str = SYMBOL, **changes: Any) -> None:  # noqa: ANN401 - as above
    """Write the small market into a symbol's store."""
    params = dataclasses.replace(PARAMS, **changes)
    import_synthetic(
        store_path,
        symbol,
        generate(params).columns,
        dataclasses.asdict(params),
        price_decimals=PRICE_DECIMALS,
        size_decimals=SIZE_DECIMALS,
    )


def tune(where: Workspace, study: str, trials: int, spec: Spec | None = QUICK, **request: Any) -> TuneResult:  # noqa: ANN401
    """Run some trials of a study."""
    wanted = TuneRequest(symbol=SYMBOL, study=study, trials=trials, spec=spec, **{"scope": SCOPE, **request})
    return run_tuning(where, wanted, on_progress=ignore_progress, stopped=lambda: False)
