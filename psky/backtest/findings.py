"""What a backtest says beside its metrics, as plain values: results in R, times in us, shares of one.

These are light to import: front ends read them, files hold them.
"""

from __future__ import annotations

import msgspec

from psky.replay.figures import Markout, one_p


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all findings."""


class Stage(Finding, frozen=True, kw_only=True):
    """One stage of the funnel: how many came so far, and why, counted by reason."""

    name: str
    count: int
    reasons: dict[str, int] = {}
    """What became of those of the stage before that came no farther; at the exits, how trades ended."""


class Variant(Finding, frozen=True, kw_only=True):
    """The same verdicts, replayed under other conditions."""

    name: str
    own: bool
    """Whether these are the conditions of the spec itself."""
    fill_share: float | None
    """Share of entry orders that were filled, at least in part; None without orders."""
    trades: int
    net_r: float
    mean_r: float | None
    """None without trades."""
    win_rate: float | None


class Bin(Finding, frozen=True, kw_only=True):
    """Touches with about the same probability: what was forecast, and how often the target came first."""

    rows: int
    forecast: float
    outcome: float


class Calibration(Finding, frozen=True, kw_only=True):
    """How well p foretold, over the touches that filled and ended at target, stop or time limit, each alone."""

    rows: int
    brier: float
    log_loss: float
    ece: float
    """Expected calibration error over the bins, weighted by rows."""
    auc: float | None
    bins: list[Bin]

    @property
    def one_p(self) -> bool:
        """Whether all touches were given the same p, which tells none apart."""
        return one_p([one.forecast for one in self.bins])


class Decile(Finding, frozen=True, kw_only=True):
    """Touches with about the same expected value: what was expected, and what each earned alone, on average."""

    rows: int
    ev_r: float
    ev_lower_r: float
    """At the lower bound of p."""
    realised_r: float
    error_r: float
    """Standard error of the mean."""


class Period(Finding, frozen=True, kw_only=True):
    """A calendar month, or day, UTC: the trades that closed in it."""

    name: str
    trades: int
    net_r: float
    win_rate: float | None


class MarkoutCurve(Finding, frozen=True, kw_only=True):
    """The markouts under one fill rule: after fills of one kind of order, or after entries that did not fill."""

    rule: str
    after: str
    points: tuple[Markout, ...]


class Smell(Finding, frozen=True, kw_only=True):
    """One smell test and its reason in plain words."""

    name: str
    smells: bool | None
    """None where there is nothing to test."""
    text: str


class Training(Finding, frozen=True, kw_only=True):
    """What the model that was replayed had learnt from."""

    rows: int
    start_us: int
    end_us: int
    note: str
    """Whose model it is, in words."""
