"""Generated reports: of a study, of a trial, of backtests, and a search space."""

from __future__ import annotations

from pathlib import Path

from psky.app.results import ComparedView, ResultList, ResultRow
from psky.app.space import TunedValue
from psky.app.study_report import Condition, StudyReport
from psky.app.trial_report import Setting, TrialReport
from psky.backtest.compare import Comparison, Difference, OneSided
from psky.replay.figures import Interval
from psky.tuning.filters import Shown
from psky.tuning.selection import Candidate

START_US = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC
DAY_US = 86_400_000_000


def _value(name: str, group: str, wanted: str, scale: str, default: object, *, by_default: bool = True) -> TunedValue:
    return TunedValue(name=name, group=group, wanted=wanted, scale=scale, default=default, by_default=by_default)


SPACE = (
    _value("touch.base", "timeframe", "1m, 5m, 15m, 1h", "choice", "1m", by_default=False),
    _value("features.rsi", "features", "7 to 21", "linear", 14),
    _value("touch.ema", "labels", "5 to 55", "linear", 21),
    _value("intent.stop_atr", "labels", "0.5 to 8", "log", 2.0),
    _value("intent.entry", "entry", "maker, taker", "choice", "maker"),
    _value("policy.ev_margin_r", "policy", "0 to 0.4", "linear", 0.05),
)


def _shown(trades: int, net_r: float, reasons: list[str] | None = None) -> Shown:
    return Shown(
        trades=trades,
        net_r=net_r,
        mean_r=net_r / trades,
        profit_factor=1.41,
        max_drawdown_share=0.021,
        coverage=0.317,
        reasons=reasons or [],
    )


def report() -> StudyReport:
    return StudyReport(
        symbol="BTCJPY",
        study="first-light",
        finished=19,
        running=0,
        left=6,
        paused=False,
        importance={"stop_atr": 0.412, "ema_period": 0.251, "rr": 0.187, "min_ev_r": 0.1, "learning_rate": 0.05},
        candidates=(
            Candidate(trial=7, score=0.412, status="pass", test=_shown(88, 21.4), shadow=_shown(41, 6.2), reasons=[]),
            Candidate(
                trial=3,
                score=0.377,
                status="fail",
                test=_shown(25, -1.2, ["25 trades, 30 are needed"]),
                shadow=None,
                reasons=["25 trades, 30 are needed"],
            ),
        ),
        looks=4,
        edge="not found",
        winner=7,
        reasons=("the SPA test gives p = 0.112, above 0.05",),
        conditions=(
            Condition(name="better than luck", met=False, text="luck alone makes it look this good in 11 of 100 cases"),
            Condition(name="not overfitted", met=None, text="too few periods to say"),
            Condition(name="pays double costs", met=True, text="at twice the costs a trade earns +0.041 R"),
        ),
    )


def _setting(name: str, value: object, default: object, *, tuned: bool = False) -> Setting:
    return Setting(name=name, value=value, default=default, tuned=tuned)


def trial_report() -> TrialReport:
    return TrialReport(
        sections={
            "touch": (
                _setting("base", "1m", "1m"),
                _setting("timeframes", ["1m", "5m"], ["1m", "5m", "15m"]),
                _setting("ema", 34, 21, tuned=True),
            ),
            "costs": (_setting("maker_fee_rate", 0.0002, 0.0002),),
            "policy": (_setting("ev_margin_r", 0.113, 0.05, tuned=True), _setting("opposite", "flip", "flip")),
        },
        summary_path=Path("models/BTCJPY/first-light/tuning_summary_6.json"),
        has_summary=True,
        importance={"1m_ema_21_distance": 0.31, "5m_flow_5": 0.22, "1m_rsi_14": 0.07},
        holdout=None,
    )


def _row(trial: int, part: str, net_r: float, **changes: tuple[str, ...]) -> ResultRow:
    name = f"trial_{trial}_{part}" + ("_set_0123abcd" if changes.get("settings") else "")
    return ResultRow(
        id=f"BTCJPY/first-light/{name}",
        symbol="BTCJPY",
        label="BTCJPY",
        study="first-light",
        trial=trial,
        part=part,
        start_ts_us=START_US,
        end_ts_us=START_US + 5 * DAY_US,
        trades=72,
        net_r=net_r,
        mean_r=net_r / 72,
        smells=changes.get("smells", ()),
        overrides=tuple(name.split("=")[0] for name in changes.get("settings", ())),
        settings=changes.get("settings", ()),
        written_ts_us=START_US + 6 * DAY_US,
        folder=Path("models/BTCJPY/first-light/backtests") / name,
    )


def result_list() -> ResultList:
    return ResultList(
        results=(
            _row(6, "holdout", 5.12, smells=("slippage",)),
            _row(6, "holdout", 11.7, settings=("venue.fill=touch",), smells=("ladder", "slippage")),
            _row(6, "fold_2", -1.44),
            _row(3, "holdout", 2.02),
        ),
        unreadable=(),
    )


def compared(a: str, b: str) -> ComparedView:
    return ComparedView(
        a=a,
        b=b,
        comparison=Comparison(
            metrics={"trades": (72, 64), "net_r": (5.12, 2.02), "win_rate": (0.5512, 0.5)},
            difference=Difference(
                start_ts_us=START_US,
                end_ts_us=START_US + 5 * DAY_US,
                period_us=DAY_US // 24,
                periods=120,
                mean_r_per_day=-0.62,
                interval=Interval(low=-1.9, high=0.7),
            ),
            spec={"touch.ema": (34, 21)},
            same_tape=True,
            same_ledger=False,
            common_trades=41,
            only_a=OneSided(trades=31, net_r=3.3, first=[]),
            only_b=OneSided(trades=23, net_r=0.2, first=[]),
        ),
    )
