"""Trials as lines over parallel axes: the score, and each tuned value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite, log
from typing import Any

from psky.app.export import Cell as Value
from psky.app.views import TrialView
from psky.domain import text as fmt
from tui.widgets.parallel import Lines
from tui.widgets.parallel_picture import Axis, Line

_MOST = 300  # lines: of more, the best are drawn
_BEST = 0.1  # share of the feasible trials that stands out
_WIDE = 50.0  # positive values that span more than such a factor are drawn by their logarithms
_Place = Callable[[Any], float | None]


def parallel(trials: Sequence[TrialView], importance: Mapping[str, float]) -> Lines:
    """Return the trials that have a score as lines, the better over the worse.

    The values stand in the order of their `importance`, those that it does not name as the trials have them.
    """
    scored = sorted((trial for trial in trials if trial.score is not None), key=_score)
    drawn = scored[-_MOST:]
    known = dict.fromkeys(name for trial in scored for name in trial.params)
    names = sorted(known, key=lambda name: -importance.get(name, 0.0))
    score, place_score = _numbers(
        "score", "score", [_score(trial) for trial in drawn], lambda value: fmt.signed(value, 3)
    )
    axes, places, labels = [score], [place_score], _labels(names)
    for name in names:
        axis, place = _axis(name, labels[name], [trial.params[name] for trial in drawn if name in trial.params])
        axes.append(axis)
        places.append(place)
    kinds = _kinds(drawn)
    rows = [(_score(trial), *(trial.params.get(name) for name in names)) for trial in drawn]
    return Lines(
        title=_title(drawn, len(scored)),
        axes=tuple(axes),
        lines=tuple(
            Line(
                number=trial.number,
                kind=kinds[trial.number],
                places=tuple(place(value) for place, value in zip(places, row, strict=True)),
            )
            for trial, row in zip(drawn, rows, strict=True)
        ),
        values=tuple((trial.number, *map(_exported, row)) for trial, row in zip(drawn, rows, strict=True)),
        heads=("trial", "score", *names),
    )


def _score(trial: TrialView) -> float:
    return trial.score or 0.0


def _kinds(drawn: Sequence[TrialView]) -> dict[int, str]:
    """Return how each trial is drawn: of the feasible ones the best tenth stands out, then the better half."""
    feasible = [trial.number for trial in drawn if trial.feasible]
    kinds = dict.fromkeys((trial.number for trial in drawn), "faint")
    best, half = max(1, round(_BEST * len(feasible))), len(feasible) // 2
    for rank, number in enumerate(reversed(feasible)):
        kinds[number] = "best" if rank < best else "high" if rank < half else "low"
    return kinds


def _title(drawn: Sequence[TrialView], count: int) -> str:
    best = next((trial for trial in reversed(drawn) if trial.feasible), None)
    of = f"best {fmt.integer(len(drawn))} of " if len(drawn) < count else ""
    found = (
        " · none keeps to the constraints"
        if best is None
        else f" · ◆ best tenth, {fmt.signed(best.score, 3)} by trial {best.number}"
    )
    return f"{of}{fmt.counted(count, 'scored trial')}{found}"


def _labels(names: Sequence[str]) -> dict[str, str]:
    """Return each name without its section, where that tells it from the others."""
    short = Counter(name.rpartition(".")[2] for name in names)
    return {name: name if short[name.rpartition(".")[2]] > 1 else name.rpartition(".")[2] for name in names}


def _axis(name: str, label: str, values: Sequence[Any]) -> tuple[Axis, _Place]:
    numbers = [float(value) for value in values if _is_number(value)]
    if len(numbers) == len(values):
        return _numbers(name, label, numbers, fmt.anything)
    return _words(name, label, values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _numbers(name: str, label: str, values: Iterable[float], text: Callable[[float], str]) -> tuple[Axis, _Place]:
    known = list(values)
    low, high = min(known, default=0.0), max(known, default=0.0)
    is_log = low > 0 and high / low > _WIDE
    scaled = log if is_log else float
    span = scaled(high) - scaled(low) if known else 0.0

    def place(value: Any) -> float | None:  # noqa: ANN401 - a parameter, or none
        if not _is_number(value):
            return None
        return (scaled(value) - scaled(low)) / span if span else 0.5

    return Axis(name=name, label=label, low=text(low), high=f"{text(high)} log" if is_log else text(high)), place


def _words(name: str, label: str, values: Sequence[Any]) -> tuple[Axis, _Place]:
    words = sorted({str(value) for value in values})
    places = {word: index / (len(words) - 1) if len(words) > 1 else 0.5 for index, word in enumerate(words)}
    between = tuple((places[word], word) for word in words[1:-1])
    axis = Axis(name=name, label=label, low=words[0], high=words[-1] if len(words) > 1 else "", words=between)
    return axis, lambda value: None if value is None else places.get(str(value))


def _exported(value: Any) -> Value:  # noqa: ANN401 - a parameter
    return value if value is None or isinstance(value, str | float | int | bool) else str(value)
