"""Real market data, where it is present: the tests pass without it and use it where they can."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(os.environ.get("PSKY_SHARED", str(Path(__file__).resolve().parents[2] / "shared")))


def shared(name: str) -> Path:
    """Return a file or folder of the shared data; skip the test where it is absent."""
    path = _ROOT / name
    if not path.exists():
        pytest.skip(f"no shared data: {name}")
    return path
