"""Refusals: what the exchange answers instead of a result. The codes are data, in `codes.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


class Refusal(Exception):  # noqa: N818 - an answer of the exchange, not a fault of ours
    """An answer with a `retCode` other than 0."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refusal(name: str, detail: str = "") -> Refusal:
    """Return the refusal of a name in `codes.toml`; `detail` is put after the exchange's own words."""
    code, message = _codes()[name]
    return Refusal(code, f"{message} {detail}".strip())


@cache
def _codes() -> dict[str, tuple[int, str]]:
    text = Path(__file__).with_name("codes.toml").read_text(encoding="utf-8")
    return {name: (entry["code"], entry["text"]) for name, entry in tomllib.loads(text).items()}
