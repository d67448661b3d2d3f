"""The compiled core is reached through its two faces, and its classes are frozen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FACES = ("psky/market/", "psky/engine/")
# A reader moves along its file and a stream along its tape: these two have state, and say so.
MUTABLE = {"TradeReader", "MarketStream"}


def test_core_is_imported_by_its_faces_only() -> None:
    users = {
        str(path.relative_to(ROOT))
        for folder in ("psky", "tui")
        for path in ROOT.glob(f"{folder}/**/*.py")
        if "_core" in imported_names(path)
    }

    assert {user for user in users if not user.startswith(FACES)} == set()
    assert users != set()


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names} | set((node.module or "").split("."))
        elif isinstance(node, ast.Import):
            names |= {part for alias in node.names for part in alias.name.split(".")}
    return names


def test_core_classes_are_frozen() -> None:
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob("core_rs/src/python/**/*.rs")]
    classes = [match for source in sources for match in re.findall(r"#\[pyclass\(([^]]*)\)\]", source)]
    thawed = [re.search(r'name = "(\w+)"', arguments) for arguments in classes if "frozen" not in arguments]

    assert len(classes) > 5
    assert {match[1] for match in thawed if match} <= MUTABLE
    assert all(thawed)


def test_core_refuses_to_panic() -> None:
    sources = {
        path: re.split(r"#!?\[cfg\(test\)\]", path.read_text(encoding="utf-8"))[0]
        for path in ROOT.glob("core_rs/src/**/*.rs")
    }
    loud = [str(path) for path, text in sources.items() if re.search(r"\.unwrap\(\)|\.expect\(|panic!\(|todo!\(", text)]

    assert loud == []
