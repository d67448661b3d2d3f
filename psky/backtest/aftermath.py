"""What surrounds the metrics: where the price went after fills, and what others would have reckoned."""

from __future__ import annotations

from psky.backtest.findings import MarkoutCurve
from psky.backtest.variants import own_rung, rungs
from psky.engine.codes import OrderKind
from psky.replay.bar_barriers import bar_verdict
from psky.replay.dataset import Dataset
from psky.replay.freqtrade import freqtrade_sharpe
from psky.replay.ledger import Ledger
from psky.replay.markouts import NOT_FILLED, markouts
from psky.replay.run import Run

_LADDER = (OrderKind.ENTRY.name.lower(), NOT_FILLED)


def markout_curves(dataset: Dataset, run: Run) -> list[MarkoutCurve]:
    """Return the markouts under the spec's own rule, then those of entries under each other rule of the ladder."""
    own = own_rung(dataset)
    curves = _curves(dataset, own or "as tuned", run.ledger)
    for name, ledger in rungs(dataset, run).items():
        if name != own:
            curves += [curve for curve in _curves(dataset, name, ledger) if curve.after in _LADDER]
    return curves


def elsewhere(dataset: Dataset, run: Run) -> dict[str, float | None]:
    """Return what others would have said of the same trades, by the words that say whose figure it is."""
    bars = bar_verdict(dataset, run.ledger, dataset.spec.touch.base)
    on, alike = f"{bars.timeframe} bars", "win rate of trades that ended at target or stop"
    return {
        "Sharpe as freqtrade 2026.9 reckons it: of trades, 365 days": _freqtrade(dataset, run),
        f"share of trades that {on} leave open: target and stop in one": bars.ambiguous_share,
        f"{alike}, by prints": bars.print_win_rate,
        f"{alike}, by {on}, the stop first": bars.stop_first_win_rate,
        f"{alike}, by {on}, the target first": bars.target_first_win_rate,
    }


def _freqtrade(dataset: Dataset, run: Run) -> float | None:
    trades, intents, instrument = run.ledger.trades, dataset.intents, dataset.tape.instrument
    risk_lots = (intents.stop_distance_ticks * intents.qty_lots)[trades["intent"]]
    profits = trades["net_r"] * risk_lots * instrument.tick_size * instrument.lot_size
    return freqtrade_sharpe(profits / dataset.spec.policy.equity, run.part.days) if len(profits) else None


def _curves(dataset: Dataset, rule: str, ledger: Ledger) -> list[MarkoutCurve]:
    found = markouts(dataset, ledger)
    return [MarkoutCurve(rule=rule, after=curve.after, points=curve.points) for curve in found]
