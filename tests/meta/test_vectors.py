"""Every published vector of labelling, expectation, fills and performance is a test of this repository."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ("S1", "S3", "S5", "S9")
VECTORS = json.loads((ROOT / "tests/vectors/method_vectors.json").read_text(encoding="utf-8"))["vectors"]
WANTED = {vector["id"]: vector["fn"] for vector in VECTORS if vector["id"].split(".")[0] in SECTIONS}


def asked_for(source: str) -> set[str]:
    """Return the names that a file of tests asks `vectors` for where it parametrises a test."""
    calls = [
        node
        for mark in ast.walk(ast.parse(source))
        if isinstance(mark, ast.FunctionDef) and mark.name.startswith("test_")
        for decorator in mark.decorator_list
        for node in ast.walk(decorator)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "vectors"
    ]
    return {str(name.value) for call in calls for name in call.args if isinstance(name, ast.Constant)}


@pytest.fixture(scope="module")
def tested() -> set[str]:
    files = (ROOT / "tests/unit").rglob("test_*.py")
    return set().union(*(asked_for(path.read_text(encoding="utf-8")) for path in files))


@pytest.mark.parametrize("vector", WANTED)
def test_the_vector_is_tested(vector: str, tested: set[str]) -> None:
    assert WANTED[vector] in tested


def test_all_sections_have_vectors() -> None:
    assert {vector.split(".")[0] for vector in WANTED} == set(SECTIONS)
    assert len(WANTED) > 60


def test_a_call_outside_a_test_counts_for_nothing() -> None:
    source = """
@pytest.mark.parametrize("vector", vectors("one", "two"))
def test_it(vector): ...
@pytest.mark.parametrize("vector", vectors("three"))
def helper(vector): ...
vectors("four")
"""
    assert asked_for(source) == {"one", "two"}
