"""Scripts can tell failures apart: one exit code for each kind, nothing on standard output."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from psky import errors
from psky.app import data
from psky.app.events import read_events
from psky.app.tune import TuneResult
from psky.cli.exit_codes import ExitCode, exit_code
from psky.spec.codec import replace, to_dict
from psky.store.writer import writing
from tests import house
from tests.commands import environment
from tests.trade_files import rows, write

S = house.SYMBOL
LONG_AGO = "timestamp,price,size\n1,2,3\n"


@pytest.fixture
def here(own_tuned: Path) -> Path:
    write(own_tuned / "good.csv", rows(50))
    write(own_tuned / "columns.csv", LONG_AGO)
    write(own_tuned / "empty.csv", "")
    (own_tuned / "binary.csv").write_bytes(bytes(range(256)) * 20)
    (own_tuned / "cut.csv.gz").write_bytes(gzip.compress(rows(5000).encode())[:-200])
    write(own_tuned / "bad.toml", "[touch]\nemma = 3\n")
    write(own_tuned / "impossible.toml", "[touch]\nema = -3\n")
    write(own_tuned / "none.toml", "[touch]\nmin_slope_atr = 1000.0\n")
    return own_tuned


CASES: list[tuple[int, str, str]] = [
    (2, "nonsense", "No such command"),
    (2, "data check", "expected a SYMBOL"),
    (2, f"touches {S} --trial 1", "expected --study with --trial"),
    (2, f"touches {S} --study first --spec bad.toml", "found both"),
    (2, f"touches {S} --study first --trial 99", "99"),
    (2, "data check DEMOUSD", f"known: {S}"),
    (2, "data check ../x", "letters"),
    (2, "data import good.csv", "expected a SYMBOL"),
    (4, "data import nowhere.csv --symbol X", "nowhere.csv"),
    (2, f"tune run {S} --trials 0", "Invalid value for '--trials'"),
    (2, f"tune run {S} --trials x", "Invalid value for '--trials'"),
    (2, f"tune run {S} --unknown", "No such option"),
    (2, f"studies trials {S} --study x", "there are: first"),
    (2, f"studies trials {S}", "known: first"),
    (2, f"train {S} --study first", "known: "),
    (2, f"train {S}", "expected --study"),
    (2, f"train {S} --study first --trial 99", "found 99"),
    (2, f"backtest run {S} --study first", "expected --trial"),
    (2, f"backtest run {S} --study first --trial 0 --fold 9", "expected one of fold_1, fold_2, holdout"),
    (2, f"backtest run {S} --study first --trial 0 --fold 1 --from 1970-01-02", "found both --fold and --from"),
    (2, f"backtest run {S} --study first --trial 0 --from yesterday", "expected a UTC date or time"),
    (2, f"backtest run {S} --study first --trial 0 --from 2018-01-01", "expected a range within 1970-01-01"),
    (2, "backtest compare x y", "psky backtest list shows what there is"),
    (2, "backtest compare x", "Missing argument 'B'"),
    (3, f"backtest run {S} --study first --trial 0 --set touch.ema", "expected section.field=value"),
    (3, f"backtest run {S} --study first --trial 0 --allow-override --set touch.emma=3", "did you mean 'ema'?"),
    (8, f"backtest run {S} --study first --trial 0 --set touch.ema=9", "expected --allow-override"),
    (8, f"backtest run {S} --study first --trial 0 --allow-override --set split.folds=1", "expected no override"),
    (2, "", "expected a terminal"),
    (2, "demo --tape good.csv", "expected --symbol"),
    (2, f"tune run {S} --study n --trials 1 --sampler lucky", "expected a sampler among tpe, random, qmc"),
    (3, f"tune run {S} --study n --trials 1 --spec bad.toml", "did you mean 'ema'?"),
    (3, f"tune run {S} --study n --trials 1 --spec impossible.toml", "touch"),
    (3, f"tune run {S} --study n --trials 1 --spec nowhere.toml", "nowhere.toml"),
    (3, f"tune run {S} --study n --trials 1 --spec good.csv", "expected a .toml or .json file"),
    (4, "data import columns.csv --symbol X", "columns.csv"),
    (4, "data import empty.csv --symbol X", "empty.csv"),
    (4, "data import binary.csv --symbol X", "binary.csv"),
    (4, "data import cut.csv.gz --symbol X", "cut.csv.gz"),
    (6, f"tune run {S} --study n --trials 1 --spec none.toml --fix touch.min_slope_atr=1000.0", "found none among 1"),
    (6, f"tune run {S} --study first --trials 1 --seed 9", "seed: was 1, is 9"),
]


@pytest.mark.parametrize(("code", "command", "words"), CASES, ids=[f"{code} {line}" for code, line, _ in CASES])
def test_a_failure_has_its_code_and_one_sentence(
    code: int,
    command: str,
    words: str,
    here: Path,
    psky: Any,  # noqa: ANN401 - the fixture's protocol
) -> None:
    ended = psky(*command.split(), cwd=here)

    assert ended.code == code, ended.err
    assert ended.out == ""
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert "psky: " in ended.err.splitlines()[-1]


def test_a_failed_import_leaves_the_store_as_it_was(here: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    assert psky("data", "import", "good.csv", "--symbol", "X", cwd=here).code == 0
    before = data.list_symbols(house.workspace(here))
    for name in ("columns.csv", "empty.csv", "binary.csv", "cut.csv.gz"):
        assert psky("data", "import", "good.csv", name, "--symbol", "X", cwd=here).code == 4
        assert data.list_symbols(house.workspace(here)) == before


def test_no_edge_is_an_answer_with_a_code_of_its_own(here: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    spec = to_dict(replace(house.QUICK, {"split.min_trades": 10_000}))
    (here / "picky.json").write_bytes(msgspec.json.encode(spec))
    begun = ("tune", "run", S, "--study", "n", "--scope", "policy", "--spec", "picky.json", "--trials", "1")
    ended = psky(*begun, "--events", "events.jsonl", cwd=here)

    assert ended.code == ExitCode.NO_EDGE
    assert "no edge found" in ended.err
    assert "trial 0 of 1, score" in ended.out
    assert read_events(here / "events.jsonl")[-1].kind == "finished"


def test_an_edge_ends_with_nought(here: Path, psky: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    monkeypatch.setattr(TuneResult, "no_edge", False)

    assert psky("tune", "run", S, "--study", "first", "--trials", "1", "--scope", "entry,policy", cwd=here).code == 0


def test_a_store_that_is_none(here: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    house.workspace(here).store_path(S).write_bytes(b"not a database" * 1000)
    ended = psky("data", "check", S, cwd=here)

    assert (ended.code, ended.out) == (5, "")


def test_a_model_that_was_edited(here: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    trial = (S, "--study", "first", "--trial", "0")
    assert psky("train", *trial, cwd=here).code == 0
    with (house.workspace(here).study_dir(S, "first") / "model_0" / "model.txt").open("a") as file:
        file.write("more")
    ended = psky("backtest", "run", *trial, cwd=here)

    assert (ended.code, ended.out) == (6, "")
    assert "retrain" in ended.err


def test_a_process_ends_with_one_at_the_unexpected(tmp_path: Path) -> None:
    broken = "from psky.app import data; data.list_symbols = lambda *_: 1 / 0; import psky.__main__"
    ended = subprocess.run(
        [sys.executable, "-c", broken, "data", "list"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "psky: unexpected ZeroDivisionError: division by zero\n"


@pytest.mark.parametrize("debug", [False, True])
def test_the_unexpected_is_one_sentence_and_a_traceback_in_the_log(
    here: Path,
    psky: Any,  # noqa: ANN401 - as above
    monkeypatch: pytest.MonkeyPatch,
    debug: bool,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(data, "list_symbols", broken)
    ended = psky(*(["--debug"] if debug else []), "data", "list", cwd=here)

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1] == "psky: unexpected ZeroDivisionError: by nought"
    assert ("Traceback" in ended.err) == debug
    log = (here / "models" / ".logs" / "psky.log").read_text()
    assert "failed code=UNEXPECTED message='unexpected ZeroDivisionError: by nought'" in log
    assert "Traceback" in log


def test_debug_shows_where_an_expected_error_came_from(here: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    ended = psky("--debug", "data", "check", "NOPE", cwd=here)

    assert ended.code == 2
    assert "Traceback" in ended.err
    assert "UsageError" in ended.err


def test_an_interrupt_has_its_code(here: Path, psky: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "list_symbols", interrupted)
    ended = psky("data", "list", cwd=here)

    assert (ended.code, ended.err) == (130, "interrupted\n")


def test_a_locked_store_has_its_code(here: Path) -> None:
    from tests.commands import psky as run  # noqa: PLC0415 - the name is the fixture's elsewhere

    with writing(house.workspace(here).store_path(S), S):
        ended = run("data", "check", S, cwd=here)

    assert (ended.returncode, ended.stdout) == (5, "")


def test_every_error_has_a_code_of_its_kind() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.PskyError)]
    codes = {kind.__name__: exit_code(kind("x")) for kind in kinds if kind is not errors.PskyError}

    assert ExitCode.UNEXPECTED not in codes.values()
    assert codes["OverrideError"] == ExitCode.OVERRIDE
    assert codes["StoreLocked"] == ExitCode.STORE
    assert codes["MismatchError"] == ExitCode.MODEL
    assert codes["OrderError"] == ExitCode.DATA


def test_the_overview_lists_the_same_codes() -> None:
    overview = (Path(__file__).resolve().parents[4] / "PROGRAM_OVERVIEW.md").read_text(encoding="utf-8")
    table = overview.split("## Exit codes")[1]

    listed = {int(line.split("|")[1]) for line in table.splitlines() if line.startswith("| ") and line[2].isdigit()}
    assert listed == {int(code) for code in ExitCode}
