"""`python -m benches [--json] [--rows N] [--runs N] [--only STAGE]...`: run the stages, print and keep the results."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benches import report
from benches.harness import MismatchError, Result
from benches.processes import ProcessError
from benches.stages import STAGES
from benches.tape import FEWEST_ROWS, ROWS, BenchTape, load

HERE = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen stages; 1 where a comparison failed, and then no result is written."""
    options = _parser().parse_args(arguments)
    tape = load(options.cache, options.rows)
    try:
        results = _run(options.only or list(STAGES), tape, options.runs)
    except (MismatchError, ProcessError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    report.save(options.results, results)
    if options.json:
        sys.stdout.write(f"{report.as_json(results, options.rows, options.runs)}\n")
    else:
        report.print_table(results)
    return 0


def _run(names: list[str], tape: BenchTape, runs: int) -> list[Result]:
    results: list[Result] = []
    for name in names:
        sys.stderr.write(f"{name} ...\n")
        results += STAGES[name](tape, runs)
    return results


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benches", description="psky against public libraries.")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--rows", type=_rows, default=ROWS, help=f"trades of the tape (default {ROWS:,})")
    parser.add_argument("--runs", type=int, default=5, help="interleaved runs of each side (default 5)")
    parser.add_argument("--only", action="append", choices=STAGES, metavar="STAGE", help=f"one of {', '.join(STAGES)}")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="where generated tapes are kept")
    parser.add_argument("--results", type=Path, default=HERE / "results.json", help="the file to write")
    return parser


def _rows(text: str) -> int:
    rows = int(text)
    if rows < FEWEST_ROWS:
        raise argparse.ArgumentTypeError(f"expected at least {FEWEST_ROWS:,} trades, found {rows}")
    return rows


if __name__ == "__main__":
    sys.exit(main())
