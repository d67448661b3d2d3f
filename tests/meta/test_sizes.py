"""Files and functions stay small enough to read."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = sorted([*ROOT.glob("psky/**/*.py"), *ROOT.glob("tui/**/*.py"), *ROOT.glob("core_rs/src/**/*.rs")])
PYTHON = [path for path in PRODUCT if path.suffix == ".py"]
EVERYTHING = PRODUCT + sorted(ROOT.glob("tests/**/*.py"))

MAX_FILE, MAX_FUNCTION, MAX_MEDIAN = 400, 60, 140


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_fits_two_screens(path: Path) -> None:
    assert lines(path) <= MAX_FILE


def test_median_file_is_short() -> None:
    assert statistics.median(lines(path) for path in PRODUCT if lines(path) > 0) <= MAX_MEDIAN


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_one_thought(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno + 1 > MAX_FUNCTION]

    assert too_long == []
