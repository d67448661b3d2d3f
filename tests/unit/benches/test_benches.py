"""The benchmark runs whole at a tiny size and reports every stage; what it measures there means nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from benches import report
from benches.__main__ import main
from benches.harness import MismatchError, Result, cheapest, expect_equal, growth
from benches.stages import STAGES, tui
from benches.tape import load

ROWS = 20_000
PEERS = "replay"
"""A stage that starts a process with other libraries, where they are installed."""
SCREEN = "tui"
"""A stage that shows the workstation for many seconds."""
QUICK = [name for name in STAGES if name not in {PEERS, SCREEN}]
KEYS = {"stage", "against", "ratio", "ours", "theirs", "unit", "versions"}
CONTESTS = {("parse", "polars"), ("archives", "polars"), ("bars", "polars"), ("bars", "duckdb"), ("features", "polars")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benches")


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict[str, Any]]:
    options = ["--rows", str(ROWS), "--runs", "1", "--cache", str(folder), "--results", str(folder / "results.json")]
    assert main([*options, *(f"--only={name}" for name in QUICK)]) == 0
    found: list[dict[str, Any]] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return found


def test_every_stage_reports(rows: list[dict[str, Any]]) -> None:
    stages = {row["stage"].split(":")[0] for row in rows}

    assert stages == set(QUICK)
    assert {(row["stage"], row["against"]) for row in rows} >= CONTESTS


def test_rows_are_complete(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert row.keys() >= KEYS
        assert row["ours"] > 0
        assert row["unit"]
        assert {"psky"} <= row["versions"].keys()
        assert (row["ratio"] is None) == (row["theirs"] is None) == (row["against"] is None)


@pytest.mark.slow
def test_the_live_panel_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tui, "SECONDS", 1.0)
    monkeypatch.setattr(tui, "KEYS", 4)
    measured = tui.run_once(10)

    assert measured["updates"] > 0
    assert measured["cpu_s"] > 0
    assert len(measured["waits"]) == 4


@pytest.mark.slow
@pytest.mark.skipif(PEERS not in STAGES, reason="`make bench` installs the other backtests")
def test_other_backtests_agree_or_differ_by_a_rule(folder: Path) -> None:
    options = ["--rows", str(ROWS), "--runs", "1", "--cache", str(folder), "--results", str(folder / "peers.json")]

    assert main([*options, "--only", PEERS]) == 0

    found = json.loads((folder / "peers.json").read_text(encoding="utf-8"))
    assert all("trades equal" in row["note"] for row in found if row["against"])


def test_contests_tell_how_cost_grows(rows: list[dict[str, Any]]) -> None:
    assert all(np.isfinite(row["exponent"]) for row in rows if row["against"])


def test_json_is_one_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--rows", str(ROWS), "--runs", "1", "--cache", str(folder), "--results", str(folder / "one.json")]

    main([*options, "--only", "parse", "--json"])

    printed = json.loads(capsys.readouterr().out)
    assert printed["rows"] == ROWS
    assert [row["stage"] for row in printed["results"]] == ["parse"]


def test_the_tape_is_the_same_each_time_and_as_written(folder: Path) -> None:
    tape, again = load(folder, ROWS), load(folder, ROWS)
    written = pl.concat([pl.read_csv(path) for path in tape.csv])
    unpacked = pl.concat([pl.read_csv(path) for path in tape.archives])

    assert len(tape) == ROWS
    assert np.array_equal(tape.columns.ts_us, again.columns.ts_us)
    assert np.array_equal(written["price"].to_numpy(), tape.columns.price)
    assert np.array_equal((written["side"] == "Buy").to_numpy(), tape.columns.side == 1)
    assert written.equals(unpacked)
    assert np.all(np.diff(tape.columns.ts_us) >= 0)


def test_a_tenth_is_the_first_days(folder: Path) -> None:
    tape = load(folder, ROWS)
    tenth = tape.tenth()

    assert len(tenth) == pl.read_csv(tenth.csv[0]).height
    assert np.array_equal(tenth.columns.price, tape.columns.price[: len(tenth)])


def test_tick_directions_follow_prices(folder: Path) -> None:
    columns = load(folder, ROWS).columns
    change = np.sign(np.diff(np.rint(columns.price * 100)))
    codes = columns.tick_direction[1:]

    assert np.array_equal(codes[change != 0], 2 * change[change != 0])
    assert np.array_equal(codes[change == 0], np.sign(columns.tick_direction[:-1])[change == 0])


def test_different_outputs_are_refused() -> None:
    expect_equal("same", [1.0, np.nan], [1.0, np.nan])

    with pytest.raises(MismatchError, match="volume: 1 of 2 differ, the first at 1: 2, 3"):
        expect_equal("volume", [1, 2], [1, 3])
    with pytest.raises(MismatchError, match="equal shapes"):
        expect_equal("volume", [1], [1, 3])


def test_a_mismatch_ends_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def differ(*_: object) -> list[Result]:
        raise MismatchError("price: 1 of 2 differ")

    monkeypatch.setitem(STAGES, "parse", differ)
    options = ["--rows", str(ROWS), "--only", "parse", "--cache", str(folder), "--results", str(folder / "none.json")]

    assert main(options) == 1
    assert "price: 1 of 2 differ" in capsys.readouterr().err
    assert not (folder / "none.json").exists()


def test_growth_is_the_exponent() -> None:
    assert growth(8.0, 1.0, (20, 10)) == pytest.approx(3.0)


def test_the_cheapest_way_of_an_opponent_is_taken() -> None:
    ways = [lambda: sum(range(1_000_000)), lambda: sum(range(10))]

    assert cheapest(ways) is ways[1]


@pytest.mark.parametrize(
    ("ratio", "ours", "expected"),
    [(4.9, 1.0, "missed"), (5.0, 1.0, "met"), (12.0, 1.0, "goal"), (None, 13.0, "missed"), (None, 11.0, "met")],
)
def test_verdicts(ratio: float | None, ours: float, expected: str) -> None:
    result = Result(
        stage="parse",
        against=None,
        ratio=ratio,
        ours=ours,
        theirs=None,
        unit="ns",
        least=5.0 if ratio else 12.0,
        goal=12.0 if ratio else 5.0,
        versions={},
    )

    assert report.verdict(result) == expected
