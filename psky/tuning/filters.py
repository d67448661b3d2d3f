"""What a candidate must show on a part of the hold-out, with the reason in plain words where it does not."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from psky.replay.run import Run
from psky.spec.sections import SelectionSpec
from psky.spec.spec import Spec

Status = Literal["pass", "review", "fail"]
"""Passed on both splits; on the test split alone; on neither."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a candidate did on one split, results in R."""

    trades: int
    net_r: float
    mean_r: float | None
    profit_factor: float | None
    """None with fewer than five losses: nothing is asked of it then but a profit."""
    max_drawdown_share: float
    """Of the account."""
    coverage: float
    """Share of touches that were entered."""
    reasons: list[str]
    """What it failed by; empty where it passed."""


def shown_on_test(run: Run, spec: Spec) -> Shown:
    """Return what a run on the test split shows."""
    return _shown(run, spec, spec.selection.min_trades)


def shown_on_shadow(run: Run, spec: Spec, test: Shown) -> Shown:
    """Return what a run on the shadow split shows; it needs trades in proportion to those of the test split."""
    selection = spec.selection
    expected = round(test.trades * selection.shadow_share / (1 - selection.shadow_share))
    return _shown(run, spec, int(np.clip(expected, selection.min_shadow_trades, selection.min_trades)))


def _shown(run: Run, spec: Spec, min_trades: int) -> Shown:
    metrics = run.metrics
    found = Shown(
        trades=metrics.trades,
        net_r=metrics.net_r,
        mean_r=metrics.mean_r,
        profit_factor=metrics.profit_factor,
        max_drawdown_share=metrics.max_drawdown_r * spec.policy.risk_share,
        coverage=run.coverage,
        reasons=[],
    )
    return msgspec.structs.replace(found, reasons=_reasons(found, spec.selection, min_trades))


def _reasons(found: Shown, selection: SelectionSpec, min_trades: int) -> list[str]:
    factor = found.profit_factor
    failed = {
        f"{found.trades} trades, at least {min_trades} are needed": found.trades < min_trades,
        f"net {found.net_r:+.2f} R": found.net_r <= 0,
        f"profit factor {factor or 0:.2f}, more than {selection.min_profit_factor:g} is needed": factor is not None
        and factor <= selection.min_profit_factor,
        f"drawdown {found.max_drawdown_share:.1%} of equity, less than {selection.max_drawdown_share:.1%} is needed": (
            found.max_drawdown_share >= selection.max_drawdown_share
        ),
        f"entered {found.coverage:.0%} of touches, less than {selection.max_coverage:.0%} is needed": (
            found.coverage >= selection.max_coverage
        ),
    }
    return [reason for reason, fails in failed.items() if fails]
