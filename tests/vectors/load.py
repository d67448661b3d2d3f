"""The published test vectors of psky's methods: id, function, inputs, expected value, absolute tolerance."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


@cache
def _all() -> list[dict[str, Any]]:
    document = json.loads(Path(__file__).with_name("method_vectors.json").read_text(encoding="utf-8"))
    vectors: list[dict[str, Any]] = document["vectors"]
    return vectors


def vectors(*functions: str) -> list[ParameterSet]:
    """Return the vectors of the named functions as parameters whose ids are the vectors' ids."""
    found = [vector for vector in _all() if vector["fn"] in functions]
    missing = set(functions) - {vector["fn"] for vector in found}
    if missing:
        raise ValueError(f"expected functions that have vectors, found {sorted(missing)}")
    return [pytest.param(vector, id=vector["id"]) for vector in found]


def skfolio_splits() -> list[ParameterSet]:
    """Return what skfolio makes of combinatorial splits of equally long groups, as parameters."""
    document = json.loads(Path(__file__).with_name("skfolio_cpcv.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=f"{case['rows']} rows") for case in document["cases"]]
