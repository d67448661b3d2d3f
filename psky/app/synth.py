"""Generate PSG-1 into a symbol's store, and the spec that fits it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from psky.app.workspace import Workspace
from psky.domain.instrument import Instrument
from psky.ingest.report import ImportReport
from psky.ingest.synthetic import import_synthetic
from psky.market.psg1 import PRICE_DECIMALS, SIZE_DECIMALS, Psg1Params, generate
from psky.spec.codec import replace
from psky.spec.spec import Spec

DEMO_SPEC = replace(
    Spec(),
    {
        # The fees at which PSG-1 is published (METHOD 8.1); real defaults are twice as high.
        "costs.maker_fee_rate": 0.0001,
        "costs.taker_fee_rate": 0.00025,
        "costs.slippage_ticks": 0,
        # An EMA as fast as the pullbacks inside short episodes, on the bars that resolve the 50 prints of its flow, and
        # bars that come near it in a clear slope. Four times as many touches lie within .3 ATR of it, but most while
        # the last one's trade is open, and hold hardly more to learn from.
        "touch.timeframes": ["1m"],
        "touch.ema": 5,
        "touch.min_slope_atr": 0.08,
        "touch.max_distance_atr": 0.1,
        # A maker's limit fills when the walk has come to it, which is news against the trade; a taker is in at once.
        "intent.entry": "taker",
        # Three episodes (17 ticks), beside which fees are small, and long enough to reach either end.
        "intent.stop_atr": 7.0,
        "intent.target_rr": 1.0,
        "intent.hold_bars": 240,
        # What PSG-1 hides is flow and where the price stands in its episode; METHOD 8.2 has 38 columns, these are 135.
        "features.families": ["flow", "trend"],
        "features.flow": 5,
        "model.leaves": 5,
        "model.min_leaf_rows": 100,
        # METHOD 8.3: a hold-out of at least a quarter.
        "split.holdout_share": 0.25,
        # The default of 5 R is made for trades that lose little. A series of a few hundred trades that win or lose a
        # whole R, with a mean of +.2 R, draws down some 10 R on the way; with a mean of +.1 R, some 20 R.
        "selection.max_drawdown_share": 0.25,
    },
)
"""What a synthetic tape is tuned from where no spec is named; real tapes begin with the defaults of `Spec`."""


def default_spec(instrument: Instrument) -> Spec:
    """Return what the trials of a new study vary where no spec is named."""
    return DEMO_SPEC if instrument.synthetic else Spec()


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthReport:
    """A generated tape: its parameters, its checksum after METHOD 8.1, and what became of it."""

    params: Psg1Params
    sha256: str
    stored: ImportReport


def generate_tape(workspace: Workspace, symbol: str, params: Psg1Params) -> SynthReport:
    """Generate a tape and store it, labelled as synthetic.

    Raises:
        UsageError: the symbol holds real trades.
    """
    tape = generate(params)
    stored = import_synthetic(
        workspace.store_path(symbol),
        symbol,
        tape.columns,
        dataclasses.asdict(params),
        price_decimals=PRICE_DECIMALS,
        size_decimals=SIZE_DECIMALS,
    )
    return SynthReport(params=params, sha256=tape.sha256, stored=stored)
