"""The live demo: a simulator on the demo tape, a trained trial, and a session on it whose end is audited."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from psky.app.data import load_tape
from psky.app.demo import DEMO_SYMBOL, prepare_tape
from psky.app.live_watch import list_all_sessions
from psky.app.settings import Settings, to_toml
from psky.app.studies import list_studies, list_trials
from psky.app.train import model_folder, run_training
from psky.app.tune import TuneRequest, new_study_name, run_tuning
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress
from psky.domain.time import HOUR_US, utc
from psky.errors import JobError, UsageError
from psky.live.folder import live_root
from psky.live.limits import LiveLimits
from psky.spec.codec import to_dict
from psky.spec.spec import Spec
from psky.tuning.summary import read_summary

_SPEC: Final = "demo_spec.json"
_WIDE: Final = 1e9
"""USDT: the demo shows a session to its end, whatever it loses."""
_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveDemo:
    """A demo that is under way: which trial trades, and its two processes."""

    symbol: str
    study: str
    trial: int
    address: str
    session: subprocess.Popen[bytes]
    log: Path
    """What the session printed."""


def prepare(workspace: Workspace, *, trials: int, on_progress: OnProgress) -> tuple[str, int]:
    """Return a study and trial of the demo tape that has a model; tape, study and model are made where there are none.

    Raises:
        PskyError: whatever the steps raise.
    """
    prepare_tape(workspace, DEMO_SYMBOL, None)
    for study in list_studies(workspace, DEMO_SYMBOL):
        folder = workspace.study_dir(DEMO_SYMBOL, study.study)
        for trial in list_trials(workspace, DEMO_SYMBOL, study.study):
            if model_folder(folder, trial.number).exists():
                return study.study, trial.number
    name = new_study_name(workspace, DEMO_SYMBOL, "live-demo")
    request = TuneRequest(symbol=DEMO_SYMBOL, study=name, trials=trials)
    tuned = run_tuning(workspace, request, on_progress=on_progress, stopped=lambda: False)
    run_training(workspace, DEMO_SYMBOL, name, tuned.summary.trial)
    return name, tuned.summary.trial


@contextmanager
def running(
    workspace: Workspace, study: str, trial: int, *, hours: float, speed: float, say: Callable[[str], None]
) -> Iterator[LiveDemo]:
    """Run simulator and session over the last hours of the tape; both are ended with the block.

    Raises:
        JobError: the simulator did not come up.
        UsageError: the tape is shorter than that.
    """
    summary = read_summary(workspace.study_dir(DEMO_SYMBOL, study), trial)
    home = live_root(workspace.model_root, DEMO_SYMBOL)
    home.mkdir(parents=True, exist_ok=True)
    start = _start(workspace, hours)
    roots = {
        "PSKY_DATA_ROOT": str(workspace.data_root.absolute()),
        "PSKY_MODEL_ROOT": str(workspace.model_root.absolute()),
    }
    _write_home(home, summary.strategy)
    command = ["sim", "serve", "--tape", DEMO_SYMBOL, "--pace", "client", "--from", start, "--spec", _SPEC]
    command += ["--balance", "100000000", "--linger", "5", "--json"]
    with (
        _process(command, home, roots, subprocess.PIPE) as simulator,
        (home / "demo_session.log").open("wb") as log,
    ):
        address = _address(simulator)
        fast = f"at {speed:g}x" if speed else "as fast as can be"
        say(f"simulator at {address}, {DEMO_SYMBOL} from {start} UTC on {fast}")
        trade = ["live", "run", DEMO_SYMBOL, "--env", "sim", "--address", address, "--study", study]
        trade += ["--trial", str(trial), "--paced", "--speed", str(speed)]
        with _process(trade, home, roots, log.fileno()) as session:
            yield LiveDemo(
                symbol=DEMO_SYMBOL,
                study=study,
                trial=trial,
                address=address,
                session=session,
                log=home / "demo_session.log",
            )


def session_name(workspace: Workspace, demo: LiveDemo) -> str:
    """Return the name of the demo's session as soon as it has one.

    Raises:
        JobError: it ended before.
    """
    while demo.session.poll() is None:
        for row in list_all_sessions(workspace):
            if row.running and row.symbol == demo.symbol:
                return row.session
        time.sleep(_LOOK_S)
    raise JobError(f"expected the session to begin, found code {demo.session.returncode}; see {demo.log}")


def _start(workspace: Workspace, hours: float) -> str:
    first_us, last_us = load_tape(workspace, DEMO_SYMBOL).span_us
    start_us = last_us - int(hours * HOUR_US)
    if start_us <= first_us:
        raise UsageError(f"expected fewer hours than the tape has, found {hours:g}")
    return utc(start_us).strftime("%Y-%m-%dT%H:%M:%S")


def _write_home(home: Path, spec: Spec) -> None:
    """Write what the processes find in the folder they run in: the trial's venue and costs, and wide limits."""
    (home / _SPEC).write_bytes(msgspec.json.encode(to_dict(spec)))
    limits = LiveLimits(
        daily_loss_usdt=_WIDE, drawdown_usdt=_WIDE, max_position_usdt=_WIDE, max_order_usdt=_WIDE, max_skew_ms=5_000
    )
    (home / "psky.toml").write_text(to_toml(Settings(live=limits)), encoding="utf-8")


@contextmanager
def _process(command: list[str], home: Path, roots: dict[str, str], output: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 - our own commands
        [sys.executable, "-m", "psky", *command],
        cwd=home,
        env=os.environ | roots,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.DEVNULL if output == subprocess.PIPE else subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _address(simulator: subprocess.Popen[bytes]) -> str:
    line = simulator.stdout.readline() if simulator.stdout else b""
    try:
        return str(msgspec.json.decode(line)["url"])
    except (msgspec.DecodeError, KeyError) as error:
        raise JobError(f"expected the simulator to say where it is, found {line[:200]!r}") from error
