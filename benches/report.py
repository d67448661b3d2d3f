"""Results as a table for people and as JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benches.harness import Result

_RIGHT = ("ratio", "bar, goal", "", "ours", "theirs", "unit", "wall", "exponent")
_FILE_WIDTH = 140


def as_rows(results: list[Result]) -> list[dict[str, Any]]:
    """Return results as rows of plain values."""
    return [dataclasses.asdict(result) | {"verdict": verdict(result)} for result in results]


def as_json(results: list[Result], rows: int, runs: int) -> str:
    """Return a whole run as one JSON object."""
    machine = {"system": platform.platform(), "cores": os.cpu_count()}
    record = {"rows": rows, "runs": runs, "machine": machine, "results": as_rows(results)}
    return json.dumps(record, indent=2)


def save(path: Path, results: list[Result]) -> None:
    """Write the rows of a run where those of the next one replace them."""
    path.write_text(f"{json.dumps(as_rows(results), indent=2)}\n", encoding="utf-8")


def print_table(results: list[Result]) -> None:
    """Print one line a result; ratios first, since only they carry over to other machines."""
    table = Table("stage", "against")
    for heading in _RIGHT:
        table.add_column(heading, justify="right")
    for result in results:
        table.add_row(*_cells(result))
    console = Console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    console.print(table)
    for result in results:
        if result.note is not None:
            against = "" if result.against is None else f" against {result.against}"
            console.print(f"{result.stage}{against}: {result.note}.")
    console.print(_packages(results))


def verdict(result: Result) -> str:
    """Return `goal`, `met` or `missed`, and nothing where there is no bar."""
    if result.least is None:
        return ""
    if result.ratio is None:
        reached, met = (bound is not None and result.ours < bound for bound in (result.goal, result.least))
    else:
        reached, met = (bound is not None and result.ratio >= bound for bound in (result.goal, result.least))
    return "goal" if reached else "met" if met else "missed"


def _cells(result: Result) -> list[str]:
    sign = "" if result.ratio is not None else "< "
    bounds = ", ".join(f"{sign}{_number(bound)}" for bound in (result.least, result.goal) if bound is not None)
    return [
        result.stage,
        result.against or "",
        _number(result.ratio, "x"),
        bounds,
        verdict(result),
        _number(result.ours),
        _number(result.theirs),
        result.unit,
        f"{_number(result.wall_ours)} / {_number(result.wall_theirs)}" if result.wall_ours is not None else "",
        "" if result.exponent is None else f"{result.exponent:.2f}",
    ]


def _number(value: float | None, suffix: str = "") -> str:
    return "" if value is None else f"{value:.3g}{suffix}" if value < 100 else f"{value:.0f}{suffix}"


def _packages(results: list[Result]) -> str:
    found = {name: number for result in results for name, number in result.versions.items()}
    return ", ".join(f"{name} {number}" for name, number in sorted(found.items()))
