from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from psky.backtest.findings import Bin, Calibration, Smell, Variant
from psky.backtest.smells import Suspect, smell_tests

DAY_US = 86_400_000_000
GOOD = [0.5, -0.3] * 20
ALL = (
    "few trades",
    "few days",
    "one trade",
    "one day",
    "one side",
    "loose fills",
    "slippage",
    "fees",
    "latency",
    "time limit",
    "skill",
    "promise",
    "parameters",
    "folds",
    "looks",
)


def trades(net_r: Sequence[float], *, sides: str = "", reason: str = "target", days: int = 10) -> pl.DataFrame:
    count = len(net_r)
    return pl.DataFrame(
        {
            "side": [sides or ("long", "short")[(row // 2) % 2] for row in range(count)],
            "exit_ts_us": [row * days * DAY_US // max(1, count) for row in range(count)],
            "exit_reason": [reason] * count,
            "net_r": list(net_r),
            "ev_r": [0.1] * count,
        },
        schema={
            "side": pl.String,
            "exit_ts_us": pl.Int64,
            "exit_reason": pl.String,
            "net_r": pl.Float64,
            "ev_r": pl.Float64,
        },
    )


def variants(**net_r: float) -> list[Variant]:
    return [
        Variant(
            name=name.replace("_", " "), own=False, fill_share=0.5, trades=40, net_r=value, mean_r=0.1, win_rate=0.5
        )
        for name, value in net_r.items()
    ]


def stress(slippage: float = 1.0, fees: float = 1.0, latency: float = 1.0) -> list[Variant]:
    found = variants(as_tuned=4.0, slippage=slippage, fees=fees, latency=latency)
    names = ("as tuned", "slippage +1 tick", "fees x2", "latency x10")
    return [
        Variant(name=name, own=False, fill_share=0.5, trades=40, net_r=one.net_r, mean_r=0.1, win_rate=0.5)
        for name, one in zip(names, found, strict=True)
    ]


def foretold(auc: float | None, *forecasts: float) -> Calibration:
    bins = [Bin(rows=10, forecast=forecast, outcome=0.5) for forecast in forecasts]
    return Calibration(rows=10 * len(bins), brier=0.2, log_loss=0.6, ece=0.1, auc=auc, bins=bins)


def suspect(**changes: Any) -> Suspect:  # noqa: ANN401 - the fields of a suspect
    clean: dict[str, Any] = {
        "trades": trades(GOOD),
        "days": 30.0,
        "ladder": variants(touch=6.0, queue=5.0, through=4.0),
        "stress": stress(),
        "calibration": foretold(0.7, 0.4, 0.6),
        "edges": (),
        "fold_r_per_day": (1.0, 1.2, 0.9),
        "backtests": 1,
    }
    return Suspect(**clean | changes)


def smell_of(name: str, **changes: Any) -> Smell:  # noqa: ANN401 - as above
    return {smell.name: smell for smell in smell_tests(suspect(**changes))}[name]


def test_a_sound_result_smells_of_nothing() -> None:
    found = smell_tests(suspect())

    assert tuple(smell.name for smell in found) == ALL
    assert [smell for smell in found if smell.smells is not False] == []
    assert all(smell.text for smell in found)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("few trades", {"trades": trades(GOOD[:29])}, "29 trades; a mean needs 30 or more"),
        ("few days", {"days": 1.34}, "1.3 days; yearly figures such as the Sharpe ratio need 30 or more"),
        ("one trade", {"trades": trades([3.0, *[0.0] * 40, 0.1])}, "the best trade makes +3.00 of +3.10 R"),
        ("one day", {"trades": trades([0.9, 0.8, *[0.1, -0.1] * 30], days=31)}, "the best day makes +1.70 of +1.70 R"),
        ("one side", {"trades": trades(GOOD, sides="long")}, "longs +4.00 R, shorts +0.00 R"),
        ("loose fills", {"ladder": variants(touch=6.0, queue=-1.0, through=-2.0)}, "touch alone"),
        (
            "loose fills",
            {"ladder": variants(touch=6.0, queue=1.0, through=-2.0)},
            "under touch and queue; under through -2.00",
        ),
        ("slippage", {"stress": stress(slippage=-0.1)}, "slippage +1 tick: -0.10 R instead of +4.00 R"),
        ("fees", {"stress": stress(fees=0.0)}, "fees x2: +0.00 R"),
        ("latency", {"stress": stress(latency=-3.0)}, "latency x10: -3.00 R"),
        ("time limit", {"trades": trades(GOOD, reason="time")}, "100.0% of the exits"),
        ("skill", {"calibration": foretold(0.5, 0.26, 0.26)}, "the same p, 26.0%"),
        ("skill", {"calibration": foretold(0.45, 0.26, 0.5)}, "AUC 0.450"),
        ("promise", {"trades": trades([0.1, -0.3] * 40)}, "promised +0.10 R a trade at its lower bound, -0.10 R came"),
        ("parameters", {"edges": ("touch.ema = 55 of 5 to 55",)}, "touch.ema = 55 of 5 to 55"),
        ("folds", {"fold_r_per_day": (4.0, -0.1)}, "+4.00, -0.10 R a day"),
        ("folds", {"fold_r_per_day": (9.0, 0.1, 0.1)}, "spread 5.14"),
        ("looks", {"backtests": 4}, "4 backtests that differ have shown the hold-out"),
    ],
)
def test_what_smells_says_why(name: str, changes: dict[str, Any], words: str) -> None:
    smell = smell_of(name, **changes)

    assert smell.smells is True
    assert words in smell.text


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        *[(name, {"trades": trades([-1.0] * 40)}) for name in ("one trade", "one day", "one side", "slippage", "fees")],
        ("one day", {"trades": trades(GOOD, days=2)}),
        ("loose fills", {"ladder": variants(touch=-1.0, through=-2.0)}),
        ("time limit", {"trades": trades([])}),
        ("promise", {"trades": trades([0.5])}),
        ("skill", {"calibration": None}),
        ("folds", {"fold_r_per_day": (1.0,)}),
        ("looks", {"backtests": None}),
    ],
)
def test_what_cannot_be_tested_is_not_called_clean(name: str, changes: dict[str, Any]) -> None:
    smell = smell_of(name, **changes)

    assert smell.smells is None
    assert smell.text


def test_no_trades_at_all_are_few() -> None:
    assert smell_of("few trades", trades=trades([])).smells is True
