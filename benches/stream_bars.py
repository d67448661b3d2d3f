"""`python -m benches.stream_bars FILE...`: files, a batch at a time, through the live path into bars and features."""

from __future__ import annotations

import sys
from pathlib import Path

from benches.live import stream
from benches.tape import INSTRUMENT
from psky.market.tape import tape_from_columns
from psky.market.trade_files import TradeFile


def main(paths: list[Path]) -> int:
    """Return how many base bars closed."""
    machine, closed = stream(), 0
    for path in paths:
        for batch in TradeFile(path):
            tape = tape_from_columns(batch.columns, INSTRUMENT, "benches").core
            machine.push(tape, 0, len(tape))
            closed += len(machine.take().ts_us)
    return closed


if __name__ == "__main__":
    sys.stdout.write(f"{main([Path(name) for name in sys.argv[1:]])}\n")
