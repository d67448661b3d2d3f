from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from psky.domain.files import write_json


def test_a_value_is_written_and_no_draft_is_left(tmp_path: Path) -> None:
    path = write_json(tmp_path / "selection.json", {"trial": 3})

    assert msgspec.json.decode(path.read_bytes()) == {"trial": 3}
    assert [one.name for one in tmp_path.iterdir()] == ["selection.json"]


def test_what_cannot_be_encoded_leaves_the_old_file(tmp_path: Path) -> None:
    path = write_json(tmp_path / "result.json", {"trades": 1})
    with pytest.raises(TypeError):
        write_json(path, {"trades": object()})

    assert msgspec.json.decode(path.read_bytes()) == {"trades": 1}
