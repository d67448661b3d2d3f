"""A tape to keep, and processes that keep it: `python -m tests.kept_tapes PATH` stops before its file is in place."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.market.kept_tape import KeptTape
from psky.market.tape import core_tape

INSTRUMENT = Instrument(symbol="XYZ", price_decimals=1, size_decimals=3)


def trades(count: int) -> TradeColumns:
    """Return trades of one every three microseconds, at prices that rise."""
    rows = np.arange(count)
    return TradeColumns(
        ts_us=rows // 2 * 3,
        price=(1000 + rows) / 10,
        size=(1 + rows % 7) / 1000,
        side=np.where(rows % 3, 1, -1).astype(np.int8),
        tick_direction=np.full(count, 2, dtype=np.int8),
        flags=np.zeros(count, dtype=np.uint8),
    )


def keep_at_once(gate: Barrier, path: Path) -> list[int]:
    """Keep the tape twenty times, each time at the same moment as the others; return how long each was."""
    place = KeptTape(path=path, files="files", instrument=INSTRUMENT)
    tape = core_tape(trades(20_000), INSTRUMENT)
    lengths = []
    for _ in range(20):
        gate.wait()
        lengths.append(len(place.keep(tape)))
    return lengths


def _stop_before_the_rename(draft: Path, _target: Path) -> None:
    sys.stdout.write("written\n")
    sys.stdout.flush()
    sys.stdin.read()
    raise AssertionError(draft)


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", _stop_before_the_rename)
        KeptTape(path=Path(sys.argv[1]), files="files", instrument=INSTRUMENT).keep(core_tape(trades(1000), INSTRUMENT))
