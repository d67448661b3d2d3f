"""Generate PSG-1 into a symbol's store."""

from __future__ import annotations

import dataclasses

from psky.app.workspace import Workspace
from psky.ingest.report import ImportReport
from psky.ingest.synthetic import import_synthetic
from psky.market.psg1 import DEMO_PARAMS, PRICE_DECIMALS, SIZE_DECIMALS, generate


def generate_tape(workspace: Workspace, symbol: str, *, prints: int, seed: int, planted: bool) -> ImportReport:
    """Generate the demo tape, or its martingale twin, and store it, labelled as synthetic.

    Raises:
        UsageError: the symbol holds real trades.
    """
    params = dataclasses.replace(DEMO_PARAMS, n=prints, seed=seed, planted=planted)
    tape = generate(params)
    return import_synthetic(
        workspace.store_path(symbol),
        symbol,
        tape.columns,
        dataclasses.asdict(params),
        price_decimals=PRICE_DECIMALS,
        size_decimals=SIZE_DECIMALS,
    )
