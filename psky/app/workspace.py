"""Where tapes and artefacts lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from psky.errors import UsageError

_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The folders of tapes and models.

    A symbol's tape lies in `data_root/<SYM>` and its studies in `model_root/<SYM>`. `data_dir` and `model_dir`, where
    given, are the symbol's own folders themselves, as in `--data-dir ./data/RAVEUSDT --model-dir ./models/RAVEUSDT`.
    """

    data_root: Path = Path("data")
    model_root: Path = Path("models")
    data_dir: Path | None = None
    model_dir: Path | None = None

    def symbol_dir(self, symbol: str) -> Path:
        """Return the folder of a symbol's tape."""
        check_name(symbol, "symbol")
        return self.data_dir or self.data_root / symbol

    def store_path(self, symbol: str) -> Path:
        """Return the store of a symbol's tape."""
        return self.symbol_dir(symbol) / f"{symbol}.duckdb"

    def studies_dir(self, symbol: str) -> Path:
        """Return the folder that holds a symbol's studies."""
        check_name(symbol, "symbol")
        return self.model_dir or self.model_root / symbol

    def study_dir(self, symbol: str, study: str) -> Path:
        """Return the folder of a study."""
        check_name(study, "study")
        return self.studies_dir(symbol) / study


def symbol_of(data_dir: Path) -> str:
    """Return the symbol that an explicit data folder is named after."""
    return check_name(data_dir.resolve().name, "symbol")


def check_name(name: str, what: str) -> str:
    """Return `name`, which becomes part of a path, unchanged.

    Raises:
        UsageError: it has other than 1 to 40 letters, digits, `_`, `-` and `.`, or begins with a dot.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageError(f"expected a {what} of 1 to 40 letters, digits, _, - or . (not first), found {name!r}")
    return name
