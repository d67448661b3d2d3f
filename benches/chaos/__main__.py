"""`python -m benches.chaos`: live sessions at a simulator that misbehaves, killed at random and started again.

Each run draws its faults and the moments of its kills from its seed. The last line counts the runs in which an order
was doubled, a position was without a stop for longer than the stated bound, books did not balance, or anything was
lost; the process ends with 1 unless all are 0.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benches.chaos.run import Result, run
from benches.chaos.scene import make_scene

KINDS = ("doubled", "naked", "unbalanced", "lost")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print it; 1 where anything went wrong."""
    options = _parser().parse_args(arguments)
    scenes = make_scene("maker"), make_scene("taker")
    results = []
    for seed in range(options.first, options.first + options.runs):
        with tempfile.TemporaryDirectory(prefix="psky-chaos-") as made:
            root = options.keep / f"seed_{seed}" if options.keep else Path(made)
            results.append(run(scenes[seed % 2], seed, root, "paper" if options.paper else "sim"))
        _tell(results[-1])
    counts = {kind: sum(bool(getattr(one.verdict, kind)) for one in results) for kind in KINDS}
    kills, trades = sum(one.kills for one in results), sum(one.trades for one in results)
    worst = max(one.bare_s for one in results)
    print(f"{kills} kills, {trades} executions, longest without a stop {worst:.2f} s")  # noqa: T201 - a command's output
    print(f"{len(results)} runs: " + ", ".join(f"{kind} {count}" for kind, count in counts.items()))  # noqa: T201
    return int(any(counts.values()))


def _tell(result: Result) -> None:
    wrong = [f"{kind}: {said}" for kind in KINDS for said in getattr(result.verdict, kind)]
    words = "; ".join(wrong[:4]) or "good"
    sys.stderr.write(
        f"seed {result.seed}: {result.kills} kills, {result.trades} executions, bare {result.bare_s:.2f} s: {words}\n"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benches.chaos", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--paper", action="store_true", help="on paper accounts that hear the simulator")
    parser.add_argument("--first", type=int, default=1, help="seed of the first run")
    parser.add_argument("--keep", type=Path, default=None, help="folder to keep journals and logs in")
    return parser


if __name__ == "__main__":
    sys.exit(main())
