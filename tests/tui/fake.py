"""A core without a workspace: generated studies, trials and backtests, and jobs that move when a test says so."""

from __future__ import annotations

import math
import random
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from psky.app.candles import Candles, TapeSpan
from psky.app.data import SymbolSummary
from psky.app.job_status import Stopped
from psky.app.job_views import JobView
from psky.app.live_views import SessionRow
from psky.app.names import SpecName
from psky.app.results import ComparedView, ResultList, ResultRow
from psky.app.space import TunedValue
from psky.app.study_report import StudyReport
from psky.app.touches import TouchMarks
from psky.app.trial_report import TrialReport
from psky.app.views import BacktestView, FoldView, StudyView, TradeView, TrialView
from psky.backtest.findings import Smell, Stage, Training, Variant
from psky.backtest.result import BacktestResult
from psky.errors import StoreError
from psky.ingest.quality import QualityReport
from psky.live.limits import LiveLimits
from tests.tui import fake_data, fake_live, fake_study
from tests.tui.fake_jobs import START_US, FakeJob, jobs
from tests.tui.fake_live import FakeReplay, FakeWatch
from tui.work import RunKey, Work

T = TypeVar("T")
DAY_US = 86_400_000_000


def _rng(seed: str | int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - data for tests


def study(symbol: str = "BTCJPY", name: str = "first-light") -> StudyView:
    return StudyView(
        symbol=symbol,
        label=f"{symbol} (synthetic)" if symbol.startswith("DEMO") else symbol,
        study=name,
        trials=20,
        complete=14,
        pruned=5,
        best_trial=7,
        best_score=0.41234,
        edge="found",
        folder=Path("models") / symbol / name,
    )


def studies() -> list[StudyView]:
    return [
        study(),
        replace(study("DEMOUSDT", "demo"), complete=16, pruned=4, best_trial=3, best_score=1.28),
        replace(study("DEMOUSDT", "martingale"), best_trial=12, best_score=-0.0312, edge="not found"),
        replace(
            study("RAVEUSDT", "slow-ema"), trials=3, complete=0, pruned=2, best_trial=None, best_score=None, edge=None
        ),
    ]


def fold(number: int, rng: random.Random) -> FoldView:
    net_r = rng.gauss(4, 6)
    return FoldView(
        fold=number,
        score=net_r / 12,
        trades=rng.randint(12, 80),
        net_r=net_r,
        win_rate=rng.uniform(0.35, 0.68),
        max_drawdown_r=rng.uniform(1, 6),
        digest=f"{rng.getrandbits(256):064x}",
    )


def trial(number: int) -> TrialView:
    rng = _rng(number)
    state = ("complete", "complete", "complete", "pruned")[number % 4]
    folds = tuple(fold(k, rng) for k in range(1, 4 if state == "complete" else 2))
    net_r = sum(one.net_r for one in folds)
    return TrialView(
        number=number,
        state=state,
        score=net_r / 40 if state == "complete" else None,
        feasible=number % 5 != 4,
        net_r=net_r,
        net_r_per_day=net_r / 3,
        trades=sum(one.trades for one in folds),
        win_rate=folds[0].win_rate,
        max_drawdown_r=max(one.max_drawdown_r for one in folds),
        duration_s=rng.uniform(2, 90),
        params={
            "ema_period": rng.choice((20, 50, 100)),
            "touch_timeframe": rng.choice(("5m", "15m")),
            "stop_atr": round(rng.uniform(0.8, 2.4), 3),
            "rr": round(rng.uniform(1, 3), 2),
            "learning_rate": 10 ** rng.uniform(-3, -1),
            "min_ev_r": round(rng.uniform(0, 0.2), 4),
        },
        folds=folds,
    )


def trade(number: int, rng: random.Random) -> TradeView:
    entry = START_US + number * DAY_US // 16
    win = rng.random() < 0.55
    net_r = rng.uniform(0.9, 1.6) if win else -rng.uniform(0.9, 1.15)
    direction = rng.choice((1, -1))
    return TradeView(
        side="long" if direction > 0 else "short",
        entry_ts_us=entry,
        exit_ts_us=entry + rng.randint(120, 5400) * 1_000_000,
        entry_price=15_712_331.0 + number * 250,
        exit_price=15_712_331.0 + number * 250 + direction * net_r * 900,
        qty=0.0125,
        exit_reason="target" if win else rng.choice(("stop", "time")),
        net_r=net_r,
        fee_r=0.0412,
        p=rng.uniform(0.45, 0.7),
        ev_r=rng.uniform(0.01, 0.3),
    )


def variant(name: str, net_r: float, *, own: bool = False) -> Variant:
    return Variant(name=name, own=own, fill_share=0.5357, trades=72, net_r=net_r, mean_r=net_r / 72, win_rate=0.5512)


SMELLS = [
    Smell(name="few trades", smells=False, text="72 trades; a mean needs 30 or more"),
    Smell(name="one day", smells=None, text="trades closed on 2 days; a comparison needs 3"),
    Smell(name="slippage", smells=True, text="slippage +1 tick: -0.41 R instead of +1.08 R"),
]
FUNNEL = [
    Stage(name="bars", count=7200),
    Stage(name="touches", count=611),
    Stage(name="accepted", count=140, reasons={"expected value too low": 471}),
    Stage(name="orders", count=134, reasons={"a position was open": 6}),
    Stage(name="filled", count=75, reasons={"expired or withdrawn": 58, "post-only, rejected": 1}),
    Stage(name="closed", count=72, reasons={"target": 40, "stop": 30, "time limit": 2}),
]


def backtest(key: RunKey, trades: Sequence[TradeView] | None = None, **changes: Any) -> BacktestView:  # noqa: ANN401
    """Return a backtest; `changes` are of its result."""
    rng = _rng(str(key))
    closed = tuple(trade(n, rng) for n in range(72)) if trades is None else tuple(trades)
    net_r = sum(one.net_r for one in closed if math.isfinite(one.net_r))
    digest = f"{_rng(key.part).getrandbits(256):064x}"
    result = BacktestResult(
        symbol=key.symbol,
        label=study(key.symbol).label,
        synthetic=False,
        study=key.study,
        trial=key.trial,
        part=key.part,
        digest=digest,
        tuned_digest=None if key.part == "holdout" else digest,
        start_ts_us=START_US,
        end_ts_us=START_US + 5 * DAY_US,
        training=Training(
            rows=1250,
            start_us=START_US - 9 * DAY_US,
            end_us=START_US - DAY_US,
            note="the trial's own, trained before the hold-out",
        ),
        holdout_looks=2 if key.part == "holdout" else None,
        overrides={},
        metrics={
            "trades": len(closed),
            "net_r": net_r,
            "net_r_per_day": net_r / 5,
            "win_rate": 0.5512,
            "profit_factor": 1.3123,
            "max_drawdown_r": 5.871,
            "fee_r": 2.97,
            "sharpe": 2.4312,
            "ece": None,
        },
        funnel=FUNNEL,
        ladder=[variant("touch", 9.41), variant("queue, kappa 1", 2.2), variant("through", -0.63, own=True)],
        stress=[variant("as tuned", -0.63, own=True), variant("fees x2, latency x10, slippage +2", -12.04)],
        calibration=None,
        ev_deciles=[],
        calendar=[],
        smells=SMELLS,
        spec={},
        spec_fingerprint="5" * 16,
        tape_fingerprint="7" * 16,
        psky_version="0.1.0",
    )
    folder = Path("models") / key.symbol / key.study / "backtests" / f"trial_{key.trial}_{key.part}"
    return BacktestView(
        id=f"{key.symbol}/{key.study}/{folder.name}",
        result=msgspec.structs.replace(result, **changes),
        trades=closed,
        folder=folder,
    )


@dataclass
class FakeCore:
    """Answers from memory; an error put in `error` is raised instead."""

    symbols: list[SymbolSummary] = field(default_factory=fake_data.symbols)
    studies: list[StudyView] = field(default_factory=studies)
    trials: list[TrialView] = field(default_factory=lambda: [trial(n) for n in range(20)])
    results: dict[RunKey, BacktestView] = field(default_factory=dict)
    sessions: tuple[SessionRow, ...] = field(default_factory=fake_live.rows)
    session: FakeWatch = field(default_factory=lambda: FakeWatch(None))
    limits: LiveLimits = field(default_factory=LiveLimits)
    asked_of_sessions: list[tuple[str, str]] = field(default_factory=list)
    error: Exception | None = None
    started: list[Work] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    job: FakeJob = field(default_factory=FakeJob)
    jobs: list[JobView] = field(default_factory=jobs)
    asked_to_stop: list[str] = field(default_factory=list)
    report: StudyReport = field(default_factory=fake_study.report)
    trial_report: TrialReport = field(default_factory=fake_study.trial_report)
    result_list: ResultList = field(default_factory=fake_study.result_list)
    running: dict[Work, FakeJob] = field(default_factory=dict)
    rehearsed: list[Work] = field(default_factory=list)
    refusal: Exception | None = None
    touched: list[SpecName | None] = field(default_factory=list)
    paused: list[tuple[str, str]] = field(default_factory=list)
    left: int = 6
    read_only: bool = False

    def list_symbols(self) -> list[SymbolSummary]:
        return self._answer("symbols", self.symbols)

    def check_tape(self, symbol: str) -> QualityReport:
        return self._answer(f"check {symbol}", fake_data.report(symbol))

    def open_chart(self, symbol: str) -> TapeSpan:
        return self._answer(f"chart {symbol}", fake_data.span(symbol))

    def load_candles(self, symbol: str, step: str, start_us: int, end_us: int) -> Candles:
        return self._answer(f"candles {step}", fake_data.candles(symbol, step, start_us, end_us))

    def list_specs(self, symbol: str) -> list[SpecName]:
        return self._answer(f"specs {symbol}", [SpecName(study="first-light", trial=trial) for trial in (None, 3, 7)])

    def load_touches(self, symbol: str, spec: SpecName | None) -> TouchMarks:
        self.touched.append(spec)
        return self._answer(f"touches {symbol}", fake_data.touches())

    def list_backtests(self, symbol: str) -> tuple[ResultRow, ...]:
        return self._answer(f"backtests {symbol}", fake_data.backtests())

    def load_trades(self, backtest: ResultRow) -> tuple[TradeView, ...]:
        return self._answer(f"trades {backtest.id}", fake_data.trades())

    def list_sessions(self) -> tuple[SessionRow, ...]:
        return self._answer("sessions", self.sessions)

    def watch_session(self, row: SessionRow) -> FakeWatch:
        self.session = FakeWatch(fake_live.view(row))
        return self._answer(f"watch {row.session}", self.session)

    def replay_session(self, row: SessionRow) -> FakeReplay:
        return self._answer(f"replay {row.session}", FakeReplay(row))

    def ask_session(self, row: SessionRow, what: str) -> None:
        self.asked_of_sessions.append((row.session, what))
        self._answer(f"{what} {row.session}", None)

    def list_studies(self) -> list[StudyView]:
        return self._answer("studies", self.studies)

    def list_trials(self, symbol: str, study: str) -> list[TrialView]:
        return self._answer(f"trials {symbol} {study}", self.trials)

    def load_backtest(self, run: RunKey) -> BacktestView | None:
        return self._answer(f"backtest {run.part}", self.results.get(run))

    def inspect_study(self, symbol: str, study: str) -> StudyReport:
        return self._answer(f"study {symbol} {study}", self.report)

    def inspect_trial(self, symbol: str, study: str, trial: int) -> TrialReport:
        return self._answer(f"trial {symbol} {study} {trial}", self.trial_report)

    def list_space(self, path: Path | None) -> tuple[TunedValue, ...]:
        return self._answer(f"space {path}", fake_study.SPACE)

    def rehearse(self, work: Work) -> None:
        self.rehearsed.append(work)
        if self.refusal is not None:
            raise self.refusal

    def pause_study(self, symbol: str, study: str) -> None:
        self.paused.append((symbol, study))

    def trials_left(self, symbol: str, study: str) -> int:
        return self._answer(f"left {symbol} {study}", self.left)

    def list_results(self) -> ResultList:
        return self._answer("results", self.result_list)

    def compare_results(self, a: str, b: str) -> ComparedView:
        return self._answer(f"compare {a} {b}", fake_study.compared(a, b))

    def find_running(self, work: Work) -> FakeJob | None:
        return self.running.get(work)

    def start(self, work: Work) -> FakeJob:
        self.started.append(work)
        return self._answer("start", self.job)

    def list_jobs(self) -> list[JobView]:
        return self._answer("jobs", self.jobs)

    def read_log(self, job_id: str) -> str:
        return "\n".join(f"{job_id}: {done}/200 trials" for done in range(0, 60, 20))

    def stop_job(self, job_id: str) -> Stopped:
        self.asked_to_stop.append(job_id)
        return self._answer("stop", "asked")

    def command_line(self, command: Sequence[str]) -> str:
        return shlex.join(["psky", *command])

    def _answer(self, name: str, value: T) -> T:
        self.reads.append(name)
        if self.error is not None:
            raise self.error
        return value


def locked() -> StoreError:
    return StoreError("expected to open data/BTCJPY/BTCJPY.duckdb, found it held by process 4711; stop it or wait")
