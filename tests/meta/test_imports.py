"""What importing a layer loads, seen from the inside of a fresh process."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

import pytest

from psky.app import plans

HEAVY = (
    "aiohttp",
    "duckdb",
    "lightgbm",
    "optuna",
    "pybit",
    "polars",
    "pyarrow",
    "scipy",
    "textual",
    "typer",
    "rich",
    "numpy",
)
LAYERS = (
    "psky.errors",
    "psky.domain",
    "psky.spec",
    "psky.decision",
    "psky.store",
    "psky.market",
    "psky.engine",
    "psky.learn",
    "psky.ingest",
    "psky.replay",
    "psky.tuning",
    "psky.backtest",
    "psky.live",
    "psky.simulator",
    "psky.app",
    "tui",
    "psky.cli",
)
# What a dry run of each purpose loads, of all that is slow to load.
PLANS = {
    "tape": set[str](),
    "tuning": {"psky.learn", "psky.tuning", "optuna"},
    "training": {"psky.learn", "psky.tuning", "optuna"},
    "backtest": {"psky.learn", "psky.tuning", "psky.backtest", "optuna", "polars"},
    "reproduction": {"psky.learn", "psky.tuning", "optuna"},
    "live": {"psky.learn", "psky.tuning", "psky.live", "optuna"},
}
SLOW = {"psky.backtest", "psky.learn", "psky.live", "psky.simulator", "psky.tuning"} | {*HEAVY} - {"numpy", "scipy"}
LOAD_ALL = """
import importlib, json, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    importlib.import_module(found.name)
print(json.dumps(sorted(sys.modules)))
"""
LOAD_ONE = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"
OWNERS = {
    "aiohttp": ("psky.simulator", "tui.web"),  # textual-serve, which serves the workstation, is made of it
    "duckdb": ("psky.store",),
    "lightgbm": ("psky.learn",),
    "optuna": ("psky.tuning",),
    "pybit": ("psky.live",),
    "textual": ("tui",),
    "typer": ("psky.cli",),
}


def loaded_by(*command: str) -> set[str]:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    return {layer: loaded_by("-c", LOAD_ALL, layer) for layer in LAYERS}


def lower_than(layer: str) -> set[str]:
    """Layers that `layer` may not load: those above it and its neighbours."""
    rank = {
        name: position
        for position, names in enumerate(
            [
                ("psky.errors",),
                ("psky.domain",),
                ("psky.spec",),
                ("psky.store", "psky.decision"),
                ("psky.market", "psky.engine"),
                ("psky.learn", "psky.ingest"),
                ("psky.replay",),
                ("psky.tuning", "psky.backtest", "psky.live", "psky.simulator"),
                ("psky.app",),
                ("tui",),
                ("psky.cli",),
            ]
        )
        for name in names
    }
    return {name for name in LAYERS if name != layer and rank[name] >= rank[layer]}


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_loads_no_layer_above_or_beside_it(layer: str, loaded: dict[str, set[str]]) -> None:
    assert loaded[layer] & lower_than(layer) == set()


@pytest.mark.parametrize("dependency", OWNERS)
def test_heavy_dependency_has_one_owner(dependency: str, loaded: dict[str, set[str]]) -> None:
    below_the_owners = [
        layer
        for layer, modules in loaded.items()
        if dependency in modules and not any(owner in modules for owner in OWNERS[dependency])
    ]

    assert below_the_owners == []


def test_help_loads_typer_only() -> None:
    code = "import json, sys, psky.cli.main; print(json.dumps(sorted(sys.modules)))"

    assert loaded_by("-c", code) & set(HEAVY) <= {"typer", "rich"}


def test_first_paint_waits_for_nothing_heavy() -> None:
    code = "import json, sys, tui.app; print(json.dumps(sorted(sys.modules)))"

    assert loaded_by("-c", code) & {"duckdb", "lightgbm", "optuna", "pyarrow", "polars", "scipy"} == set()


@pytest.mark.parametrize("purpose", PLANS)
def test_a_dry_run_loads_what_its_purpose_needs(purpose: str) -> None:
    assert loaded_by("-c", LOAD_ONE, f"psky.app.plans.{purpose}") & SLOW == PLANS[purpose]


def test_every_purpose_of_a_dry_run_is_known() -> None:
    modules = {found.name for found in pkgutil.iter_modules(plans.__path__)}

    assert modules - {"periods"} == set(PLANS)
