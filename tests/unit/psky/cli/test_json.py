"""With --json every command prints exactly one JSON object and nothing else; an error prints nothing there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from psky.app import audit
from psky.app.backtest import BacktestRequest, run_backtest
from psky.domain.progress import ignore_progress
from psky.replay.canaries.roster import CANARIES
from psky.spec.codec import to_dict
from tests import house
from tests.command_tree import commands
from tests.leftovers import JOB, finished_job
from tests.trade_files import rows, write

TRIAL = (house.SYMBOL, "--study", "first", "--trial", "0")
COMMANDS: dict[str, tuple[str, ...]] = {
    "data import": ("trades.csv", "--symbol", "NEW"),
    "data synth": ("SYNTH", "--prints", "1000"),
    "data list": (),
    "data candles": (house.SYMBOL,),
    "data check": (house.SYMBOL,),
    "data instrument": (house.SYMBOL,),
    "data funding": (house.SYMBOL, "funding.csv"),
    "data truth": TRIAL,
    "tune run": (house.SYMBOL, "--study", "first", "--trials", "1"),
    "tune pause": (house.SYMBOL, "--study", "first"),
    "tune workers": (house.SYMBOL, "--study", "first"),
    "train": TRIAL,
    "reproduce": (f"models/{house.SYMBOL}/first/tuning_summary_0.json",),
    "backtest run": (*TRIAL, "--fold", "2"),
    "model report": TRIAL,
    "model explain": (*TRIAL, "--touch", "700"),
    "backtest list": (),
    "backtest report": ("trial_0_fold_1",),
    "backtest compare": ("trial_0_fold_1", "trial_0_fold_2"),
    "audit leaks": (house.SYMBOL, "--spec", "quick.json"),
    "studies list": (),
    "studies show": (house.SYMBOL, "--study", "first"),
    "studies trials": (house.SYMBOL, "--study", "first"),
    "features list": (),
    "touches": (house.SYMBOL,),
    "jobs list": (),
    "jobs watch": (JOB,),
    "jobs stop": (JOB,),
    "jobs logs": (JOB,),
    "jobs prune": (),
    "config show": ("--origin",),
    "config validate": (),
    "config schema": (),
    "init": ("--yes",),
    "doctor": (),
    "keys list": (),
    "keys set": ("demo", "--dry-run"),
}
ELSEWHERE = {"data download", "demo", "serve", "sim serve", "tune resume"}
"""Tried in tests of their own, where there is a network, a browser, or more time; `psky live` in `test_live`."""
KEYS = {
    "data import": {"symbol", "files"},
    "data synth": {"symbol", "params", "sha256", "stored"},
    "data list": {"symbols"},
    "data candles": {"symbol", "step", "candles"},
    "data check": {"rows", "gaps", "rejects"},
    "data instrument": {"symbol", "steps", "tick", "lot"},
    "data funding": {"symbol", "added", "held"},
    "data truth": {"correlation", "bias", "rmse", "touches"},
    "audit leaks": {"symbol", "passed", "canaries"},
    "tune run": {"study", "best_trial", "score", "edge", "reasons", "trials", "summary", "holdout_looks"},
    "tune pause": {"study", "pausing"},
    "tune workers": {"study", "workers"},
    "reproduce": {"parts", "equal"},
    "train": {"study", "trial", "config_path", "model_folder", "rows"},
    "model report": {"parts", "leaks", "quality", "lift", "entered", "importance", "drift", "paths"},
    "model explain": {"touch", "part", "contributions", "p", "p_lower", "ev_r", "ev_lower_r", "reason"},
    "backtest run": {
        "id",
        "digest",
        "tuned_digest",
        "overrides",
        "training",
        "metrics",
        "funnel",
        "ladder",
        "stress",
        "smells",
        "report",
        "trades_file",
    },
    "backtest list": {"results", "unreadable"},
    "backtest report": {"id", "metrics", "report", "digest"},
    "backtest compare": {"a", "b", "comparison"},
    "studies list": {"studies"},
    "studies show": {"importance", "candidates", "conditions", "edge"},
    "studies trials": {"study", "trials"},
    "features list": {"features"},
    "touches": {"touches", "share", "timeframes", "days", "warnings"},
    "jobs list": {"jobs"},
    "jobs watch": {"id", "command", "folder", "started_us", "took_s", "status"},
    "jobs stop": {"id", "stop"},
    "jobs logs": {"id", "path", "log"},
    "jobs prune": {"jobs", "dry_run"},
    "config show": {"settings", "origins"},
    "config validate": {"valid"},
    "config schema": {"schema"},
    "init": {"made", "settings", "dry_run"},
    "doctor": {"well", "checks"},
    "keys list": {"keys"},
    "keys set": {"environment", "file"},
}


@pytest.fixture
def here(own_tuned: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(audit, "CANARIES", [canary for canary in CANARIES if canary.code in {"C4", "C6"}])
    (own_tuned / "quick.json").write_bytes(msgspec.json.encode(to_dict(house.QUICK)))
    write(own_tuned / "trades.csv", rows(50))
    finished_job(house.workspace(own_tuned))
    (own_tuned / "funding.csv").write_text("timestamp,rate\n1700000000,0.0001\n")
    for part in ("fold_1", "fold_2"):
        wanted = BacktestRequest(symbol=house.SYMBOL, study="first", trial=0, part=part)
        run_backtest(house.workspace(own_tuned), wanted, on_progress=ignore_progress)
    return own_tuned


def test_every_command_is_tried() -> None:
    assert set(COMMANDS) | ELSEWHERE == {name for name in commands() if not name.startswith("live ")}


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_one_object_on_standard_output(name: str, here: Path, psky: Any) -> None:  # noqa: ANN401 - a protocol
    ended = psky(*name.split(), *COMMANDS[name], "--json", cwd=here)

    assert ended.code in _good(name), ended.err
    assert ended.out.count("\n") == 1
    found = json.loads(ended.out, parse_constant=lambda word: pytest.fail(f"not JSON: {word}"))
    assert found["schema_version"] == 1
    assert found.keys() >= KEYS[name]


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"config schema"}))
def test_people_get_words_and_no_traceback(name: str, here: Path, psky: Any) -> None:  # noqa: ANN401 - a protocol
    ended = psky(*name.split(), *COMMANDS[name], cwd=here)

    assert ended.code in _good(name), ended.err
    assert ended.out + ended.err
    assert "Traceback" not in ended.err
    with pytest.raises(json.JSONDecodeError):
        json.loads(ended.out + ended.err)


def test_folders_of_a_symbol_name_it_through_the_whole_workflow(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401
    (tmp_path / "quick.json").write_bytes(msgspec.json.encode(to_dict(house.QUICK)))
    _write_tape(tmp_path / "trades.csv")
    data, both = ("--data-dir", "tapes/RAVEUSDT"), ("--data-dir", "tapes/RAVEUSDT", "--model-dir", "out/RAVEUSDT")
    trial = ("--study", "s", "--trial", "0", "--json")
    for command in (
        ("data", "import", "trades.csv", *data),
        ("data", "check", *data, "--json"),
        ("tune", "run", *both, "--study", "s", "--trials", "1", "--spec", "quick.json", "--json"),
        ("studies", "list", "--model-dir", "out/RAVEUSDT", "--json"),
        ("studies", "trials", *both, "--study", "s", "--json"),
        ("train", *both, *trial),
        ("backtest", "run", *both, *trial),
    ):
        ended = psky(*command, cwd=tmp_path)
        assert ended.code in _good(" ".join(command[:2])), ended.err

    assert json.loads(ended.out)["symbol"] == "RAVEUSDT"
    assert (tmp_path / "tapes" / "RAVEUSDT" / "RAVEUSDT.duckdb").exists()
    assert (tmp_path / "out" / "RAVEUSDT" / "s" / "backtests" / "trial_0_holdout" / "report.html").exists()
    assert not (tmp_path / "data").exists()
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".logs"]


def _good(name: str) -> frozenset[int]:
    return house.ANSWERED if name == "tune run" else frozenset({0})


def _write_tape(path: Path) -> None:
    trades = house.columns()
    columns = (trades.ts_us.tolist(), trades.price.tolist(), trades.size.tolist(), trades.side.tolist())
    lines = (
        f"{(1_600_000_000_000_000 + ts) / 1e6:.3f},{price:.4f},{size:g},{'Buy' if side > 0 else 'Sell'}"
        for ts, price, size, side in zip(*columns, strict=True)
    )
    path.write_text("\n".join(["timestamp,price,size,side", *lines, ""]))
