"""The README's workflow on a real workspace, once by keyboard alone and once by commands alone: equal artefacts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.pilot import Pilot

from psky.app import jobs
from psky.app.workspace import Workspace
from psky.domain.trades import TradeColumns
from psky.spec.codec import to_dict
from tests import house
from tests.commands import enter, psky
from tests.trade_files import HEADER, START_S, write
from tests.tui.drive import NEVER_S, press, screen_text, settle
from tui.app import PskyApp
from tui.core import AppCore

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

STUDY, SYMBOL = "first", "HOUSEUSDT"
_DEADLINE_S = 240.0
_EMPTY = ["ctrl+u"]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with the same trade file and spec."""
    places = (tmp_path / "keys", tmp_path / "words")
    for place in places:
        place.mkdir()
        write_trades(place / "trades.csv", house.columns())
        (place / "quick.json").write_text(json.dumps(to_dict(house.QUICK)), encoding="utf-8")
    return places


def write_trades(path: Path, trades: TradeColumns) -> None:
    sides = ["Buy" if side > 0 else "Sell" for side in trades.side.tolist()]
    lines = [
        f"{START_S + ts_us / 1e6:.6f},{price:.4f},{size:g},{side}"
        for ts_us, price, size, side in zip(trades.ts_us, trades.price, trades.size, sides, strict=True)
    ]
    write(path, "\n".join([HEADER, *lines, ""]))


def test_keys_and_commands_leave_the_same(two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    by_keys, by_words = two
    commands(by_words)
    enter(by_keys, monkeypatch)
    asyncio.run(keyboard())

    trial = judged(by_words)
    folders = [place / "models" / SYMBOL / STUDY for place in two]
    for name in (f"tuning_summary_{trial}.json", "selection.json", f"train_config_{trial}.json"):
        assert read(folders[0] / name) == read(folders[1] / name)
    for name in ("model.txt", "bundle.json"):
        keyed, worded = (folder / f"model_{trial}" / name for folder in folders)
        assert keyed.read_bytes() == worded.read_bytes()
    for part in ("fold_1", "holdout"):
        keyed, worded = (folder / "backtests" / f"trial_{trial}_{part}" for folder in folders)
        assert read(keyed / "result.json") == read(worded / "result.json")
        assert pl.read_parquet(keyed / "trades.parquet").equals(pl.read_parquet(worded / "trades.parquet"))


def commands(place: Path) -> None:
    run(place, "data", "import", "trades.csv", "--symbol", SYMBOL)
    tuned = ("--trials", "3", "--study", STUDY, "--scope", "entry,policy", "--spec", "quick.json")
    run(place, "tune", "run", SYMBOL, *tuned)
    of_trial = (SYMBOL, "--study", STUDY, "--trial", str(judged(place)))
    run(place, "train", *of_trial)
    run(place, "backtest", "run", *of_trial)
    run(place, "backtest", "run", *of_trial, "--fold", "1")


def run(place: Path, *words: str) -> None:
    ended = psky(*words, cwd=place)
    assert ended.returncode in house.ANSWERED, ended.stderr


def judged(place: Path) -> int:
    summaries = [read(path) for path in (place / "models" / SYMBOL / STUDY).glob("tuning_summary_*.json")]
    return int(next(one["trial"] for one in summaries if one["edge"] is not None))


def read(path: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(path.read_text(encoding="utf-8"))


async def keyboard() -> None:
    app = PskyApp(AppCore(Workspace()), look_s=NEVER_S)
    async with app.run_test(size=(160, 48)) as pilot:
        await settle(pilot, rounds=3)
        await press(pilot, "1", "i", *"trades.csv", "tab", *SYMBOL, "ctrl+s")
        await job_ends(pilot, app, 1)
        await press(pilot, "2", "n", *_EMPTY, *SYMBOL, "tab", *_EMPTY, *STUDY, "tab", *_EMPTY, "3")
        await press(pilot, "tab", "tab", "tab", *"entry,policy", "tab", "tab", "tab", *"quick.json", "ctrl+s")
        await job_ends(pilot, app, 2)
        await press(pilot, "r", "enter", "s", *["home"])
        trial = judged(Path())
        table: Any = app.screen
        table.table.move_to(trial)
        await press(pilot, "enter", "T")
        await job_ends(pilot, app, 3)
        await press(pilot, "b", "b")
        await job_ends(pilot, app, 4)
        assert "equity" in screen_text(app)
        await press(pilot, "p", "b")
        await job_ends(pilot, app, 5)
        assert "✓ equal" in screen_text(app)


async def job_ends(pilot: Pilot[Any], app: PskyApp, count: int) -> None:
    """Wait until so many jobs were started and all have ended, and let the workstation see it."""
    async with asyncio.timeout(_DEADLINE_S):
        while not ended(count):
            await pilot.pause(0.1)
    app.look()
    await settle(pilot, rounds=4)


def ended(count: int) -> bool:
    found = [job.status() for job in jobs.list_jobs(Workspace())]
    assert not [status for status in found if status.state in {"failed", "killed"}], found
    return len(found) == count and not any(status.active for status in found)
