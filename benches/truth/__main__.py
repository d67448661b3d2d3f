"""`python -m benches.truth`: does psky find a planted edge, keep quiet without one, and look at nothing too early?

With the defaults: five planted seeds of two million prints and twenty martingale seeds of one million, 40 trials each,
and the canaries on 200,000 prints: about 26 minutes of CPU time. Two seeds at a time; the result of a seed is kept, so
that the next run goes on where this one stopped.

How many trials a study has was chosen by a rule written down before any run of it, on seeds of its own: the smallest of
20, 40 and 60 with a median of at least 20 distinct trials on the planted seeds 101 to 106, or 60 where none has. It is
40: with 20 trials there were at most 19 distinct ones, with 40 from 17 to 31.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benches.truth.report import canary_lines, last_line, seed_lines, stress_lines, threshold_lines
from benches.truth.seeds import Kind, SeedResult, Task, run_canaries, run_seed
from benches.truth.thresholds import accepted, stressed
from psky.app.audit import passed

KEPT = Path(__file__).resolve().parents[1] / ".cache" / "truth"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print it; 1 where a threshold is missed."""
    options = _parser().parse_args(arguments)
    kinds: tuple[tuple[Kind, int, int], ...] = (
        ("planted", options.planted, options.planted_prints),
        ("martingale", options.martingale, options.martingale_prints),
        ("stress", options.stress, options.martingale_prints),
    )
    tasks = [
        Task(kind=kind, seed=seed, prints=prints, trials=options.trials)
        for kind, seeds, prints in kinds
        for seed in range(options.first, options.first + seeds)
    ]
    results = _all(tasks, options.jobs, options.kept)
    planted, martingale, stress = ([one for one in results if one.task.kind == kind] for kind, _, _ in kinds)
    canaries = run_canaries(options.canary_prints)
    lines = (*threshold_lines(planted, martingale), *stress_lines(stress), *canary_lines(canaries))
    sys.stdout.write("\n".join((*lines, last_line(planted, martingale, canaries))) + "\n")
    right = accepted(planted, martingale) and stressed(stress) and passed(canaries) == len(canaries)
    return 0 if right else 1


def _all(tasks: list[Task], jobs: int, folder: Path) -> list[SeedResult]:
    """Return the results in the order of the tasks, having printed each as it came."""
    found: dict[Task, SeedResult] = {}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(partial(run_seed, folder=folder), task) for task in tasks]):
            result = future.result()
            found[result.task] = result
            sys.stdout.write("\n".join(seed_lines([result])) + "\n")
            sys.stdout.flush()
    return [found[task] for task in tasks]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benches.truth", description="Run PSG-1 whole (METHOD 8.5).")
    numbers = {
        "planted": (5, "seeds with a planted edge"),
        "martingale": (20, "seeds without one"),
        "stress": (0, "seeds without an edge or fees; the method wants 20"),
        "trials": (40, "trials of each study"),
        "planted-prints": (2_000_000, "prints of a planted tape"),
        "martingale-prints": (1_000_000, "prints of a martingale"),
        "canary-prints": (200_000, "prints of the tape of the canaries"),
        "first": (1, "first seed of each kind; 1 to 20 are frozen, develop on others"),
        "jobs": (2, "seeds at once"),
    }
    for name, (default, words) in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{words} (default {default:,})")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder of results that are not run again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
