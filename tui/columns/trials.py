from __future__ import annotations

from collections.abc import Sequence

from psky.app.views import TrialView
from psky.domain import text as fmt
from tui.columns.column import Column, number, result
from tui.filter import Field
from tui.ordering import Value

_STATES = {
    "complete": ("● complete", ""),
    "infeasible": ("◌ infeasible", ""),
    "pruned": ("✂ pruned", "dim"),
    "failed": ("✗ failed", "loss"),
    "running": ("▶ running", "warn"),
}


def _state(trial: TrialView) -> str:
    return "infeasible" if trial.state == "complete" and not trial.feasible else trial.state


def state_text(trial: TrialView) -> str:
    """Return a trial's state with its glyph; a complete one that breaks a constraint is called infeasible."""
    return _STATES.get(_state(trial), (trial.state, ""))[0]


_MARK = "◆ "


def _number(marked: frozenset[int]) -> Column[TrialView]:
    return Column(
        key="number",
        title="#",
        value=lambda row: row.number,
        text=lambda row: f"{_MARK if row.number in marked else ''}{row.number}",
        tone=lambda row: "warn" if row.number in marked else "",
    )


_FIXED: tuple[Column[TrialView], ...] = (
    Column(
        key="state",
        title="state",
        value=_state,
        text=state_text,
        right=False,
        tone=lambda row: _STATES.get(_state(row), ("", ""))[1],
    ),
    result("score", "score", lambda row: row.score, lambda value: fmt.signed(value, 3)),
    number("trades", "trades", lambda row: row.trades, fmt.integer),
    number("win", "win", lambda row: row.win_rate, fmt.percent),
    result("r", "net R", lambda row: row.net_r, fmt.signed),
    result("r_day", "R/day", lambda row: row.net_r_per_day, fmt.signed),
    number("dd", "max DD", lambda row: row.max_drawdown_r, fmt.decimal),
    number("took", "took", lambda row: row.duration_s, fmt.span),
)


def columns(trials: Sequence[TrialView], marked: frozenset[int] = frozenset()) -> tuple[Column[TrialView], ...]:
    """Return the columns of a study's trials: the results, then one for each parameter; `marked` are numbers."""
    fixed = (_number(marked), *_FIXED)
    taken = {column.key for column in fixed}
    names = dict.fromkeys(name for trial in trials for name in trial.params)
    return (*fixed, *(_parameter(name, f"param_{name}" if name.lower() in taken else name) for name in names))


def fields(trials: Sequence[TrialView]) -> dict[str, Field[TrialView]]:
    """Return what a filter can compare: the columns, numeric where no trial has a word in it."""
    return {
        column.key: Field(value=column.value, numeric=not any(isinstance(column.value(row), str) for row in trials))
        for column in columns(trials)
    }


def search_text(trial: TrialView) -> str:
    """Return what bare words of a filter are looked for in."""
    params = " ".join(f"{name} {fmt.anything(value)}" for name, value in trial.params.items())
    return f"{trial.number} {state_text(trial)} {params}"


def _parameter(name: str, key: str) -> Column[TrialView]:
    def value(trial: TrialView) -> Value:
        found = trial.params.get(name)
        return found if found is None or isinstance(found, str | float | int | bool) else str(found)

    return Column(key=key.lower(), title=name, value=value, text=lambda row: fmt.anything(row.params.get(name)))
