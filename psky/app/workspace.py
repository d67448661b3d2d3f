"""Where tapes and artefacts lie."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from psky.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The folders that psky works in.

    Without explicit folders a symbol lives in `<data_root>/<SYMBOL>` and its studies in `<model_root>/<SYMBOL>`;
    `data_dir` and `model_dir` name a symbol's own folders instead.
    """

    data_root: Path = field(default_factory=lambda: Path("data"))
    model_root: Path = field(default_factory=lambda: Path("models"))
    data_dir: Path | None = None
    model_dir: Path | None = None

    def symbol_dir(self, symbol: str) -> Path:
        """The folder of a symbol's tape."""
        return self.data_dir or self.data_root / checked_name(symbol, "symbol")

    def store_path(self, symbol: str) -> Path:
        """The DuckDB file of a symbol."""
        return self.symbol_dir(symbol) / f"{checked_name(symbol, 'symbol')}.duckdb"

    def studies_dir(self, symbol: str) -> Path:
        """The folder that holds a symbol's studies."""
        return self.model_dir or self.model_root / checked_name(symbol, "symbol")

    def study_dir(self, symbol: str, study: str) -> Path:
        """The folder of one study."""
        return self.studies_dir(symbol) / checked_name(study, "study")


def checked_name(name: str, what: str) -> str:
    """Return `name` if it can be a folder's name.

    Raises:
        UsageError: it is empty, too long, or has characters that a path would read otherwise.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"expected a {what} of up to 40 letters, digits, '.', '_' or '-', found {name!r}")
    return name
