from __future__ import annotations

import subprocess
import sys

HEAVY = ("optuna", "lightgbm", "duckdb", "polars", "pyarrow", "numpy", "scipy", "typer", "psky._core")


def test_the_first_paint_waits_for_nothing_heavy() -> None:
    program = f"import sys, tui.app; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
