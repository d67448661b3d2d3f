"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


def write_json(path: Path, value: Any) -> Path:  # noqa: ANN401 - whatever msgspec encodes
    """Write a value as indented JSON and return where; whoever reads meanwhile sees the old file or the new one.

    Raises:
        OSError: the folder is missing or full.
    """
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2))
    return draft.replace(path)
