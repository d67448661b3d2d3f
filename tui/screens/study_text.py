"""A study in words and pictures: history, importance, slices, who was shown the hold-out, two trials side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content

from psky.app.views import TrialView
from psky.domain import text as fmt
from tui.columns.studies import edge_text
from tui.tones import toned
from tui.widgets.scatter import Dot, Picture

if TYPE_CHECKING:
    from psky.app.study_report import Condition, StudyReport
    from psky.tuning.filters import Shown
    from psky.tuning.selection import Candidate

_BAR = 24
_MARKS = {True: ("✓", "$success"), False: ("✗", "$error"), None: ("?", "$warning")}
_STATUS = {"pass": "✓ passed", "review": "◌ passed the test split alone", "fail": "✗ failed"}


def history(trials: Sequence[TrialView]) -> Picture:
    """Return the scores in the order of trials, and the best so far."""
    scored = sorted((trial for trial in trials if trial.score is not None), key=lambda trial: trial.number)
    dots, steps = [], list[Dot]()
    for trial in scored:
        score = trial.score or 0.0
        dots.append(Dot(x=trial.number, y=score, kind="dot" if trial.feasible else "faint"))
        if trial.feasible and (not steps or score > steps[-1].y):
            steps.append(Dot(x=trial.number, y=score, kind="best"))
    best = f" · best {fmt.signed(steps[-1].y, 3)} by trial {steps[-1].x:.0f}" if steps else ""
    ends = (f"trial {scored[0].number}", f"trial {scored[-1].number}") if scored else ("", "")
    return Picture(title=f"score by trial{best}", dots=dots, steps=steps, left=ends[0], right=ends[1])


def slice_of(trials: Sequence[TrialView], name: str) -> Picture:
    """Return the scores over one tuned value; words are set side by side in the order of the alphabet."""
    scored = [(trial, trial.params[name]) for trial in trials if trial.score is not None and name in trial.params]
    words = sorted({str(value) for _, value in scored if not _number(value)})
    dots = [
        Dot(
            x=float(value) if _number(value) and not words else float(words.index(str(value))),
            y=trial.score or 0.0,
            kind="dot" if trial.feasible else "faint",
        )
        for trial, value in scored
        if words or _number(value)
    ]
    xs = [dot.x for dot in dots]
    ends = (words[0], words[-1]) if words else (fmt.anything(min(xs)), fmt.anything(max(xs))) if xs else ("", "")
    title = f"score by {name}" + (f" ({', '.join(words)})" if words else "")
    return Picture(title=title, dots=dots, left=ends[0], right=ends[1] if len(words) != 1 else "")


def _number(value: Any) -> bool:  # noqa: ANN401 - a parameter is a word or a number
    return isinstance(value, int | float) and not isinstance(value, bool)


def importance(shares: Iterable[tuple[str, float]], empty: str) -> Content:
    """Return shares of one as bars, as they come."""
    rows = list(shares)
    if not rows:
        return Content.styled(empty, "dim")
    width, most = max(len(name) for name, _ in rows), max(share for _, share in rows) or 1.0
    return Content("\n").join(
        Content.assemble(f"{name:<{width}} {fmt.percent(share):>6} ", ("█" * round(_BAR * share / most), "$primary"))
        for name, share in rows
    )


# Selection


def selection(report: StudyReport) -> Content:
    """Return the verdict, its conditions in plain words, and what the candidates did on the hold-out."""
    winner = "" if report.winner is None else f"  on trial {report.winner}"
    lines = [Content.assemble(("edge  ", "dim"), edge_text(report.edge), winner)]
    lines += [Content(f"  - {reason}") for reason in report.reasons]
    lines += [_condition(one) for one in report.conditions]
    lines += [Content(), *(_candidate(one) for one in report.candidates)]
    if not report.candidates:
        lines.append(Content.styled("no trial was shown the hold-out yet", "dim"))
    lines.append(Content.styled(f"the hold-out has been looked at {fmt.counted(report.looks, 'time')}", "dim"))
    return Content("\n").join(lines)


def _condition(one: Condition) -> Content:
    mark, tone = _MARKS[one.met]
    return Content.assemble((f"{mark} {one.name:<20}", tone), one.text)


def _candidate(one: Candidate) -> Content:
    head = f"trial {one.trial:<4} {_STATUS.get(one.status, one.status)}  score {fmt.signed(one.score, 3)}"
    parts = [
        f"\n  {name} split  {_shown(shown)}" for name, shown in (("test", one.test), ("shadow", one.shadow)) if shown
    ]
    return Content("".join([head, *parts, *(f"\n  - {reason}" for reason in one.reasons)]))


def _shown(shown: Shown) -> str:
    return (
        f"{fmt.integer(shown.trades)} trades  net {fmt.signed(shown.net_r)} R  "
        f"profit factor {fmt.decimal(shown.profit_factor)}  entered {fmt.percent(shown.coverage)}"
    )


# Two trials


def comparison(a: TrialView, b: TrialView) -> Content:
    """Return two trials side by side: results, folds, and the values that differ."""
    lines = [Content.styled(f"{'':<26} {'trial ' + str(a.number):>14} {'trial ' + str(b.number):>14}", "bold")]
    lines += [_row(name, text(a), text(b), value(a), value(b)) for name, value, text in _RESULTS]
    folds = [{fold.fold: fold.net_r for fold in trial.folds} for trial in (a, b)]
    for number in sorted(folds[0].keys() | folds[1].keys()):
        one, other = (found.get(number) for found in folds)
        lines.append(_row(f"fold {number} net R", fmt.signed(one), fmt.signed(other), one, other))
    differing = [name for name in dict.fromkeys([*a.params, *b.params]) if a.params.get(name) != b.params.get(name)]
    lines += [Content(), Content.styled(f"{len(differing)} tuned values differ", "dim")]
    lines += [
        _row(name, fmt.anything(a.params.get(name)), fmt.anything(b.params.get(name)), None, None) for name in differing
    ]
    return Content("\n").join(lines)


_Value = Callable[[TrialView], float | None]
_RESULTS: tuple[tuple[str, _Value, Callable[[TrialView], str]], ...] = (
    ("score", lambda row: row.score, lambda row: fmt.signed(row.score, 3)),
    ("net R", lambda row: row.net_r, lambda row: fmt.signed(row.net_r)),
    ("R a day", lambda row: row.net_r_per_day, lambda row: fmt.signed(row.net_r_per_day)),
    ("trades", lambda _: None, lambda row: fmt.integer(row.trades)),
    ("win rate", lambda _: None, lambda row: fmt.percent(row.win_rate)),
    ("max drawdown R", lambda _: None, lambda row: fmt.decimal(row.max_drawdown_r)),
)


def _row(name: str, left: str, right: str, one: float | None, other: float | None) -> Content:
    return Content.assemble((f"{name:<26} ", "dim"), toned(one, f"{left:>14} "), toned(other, f"{right:>14}"))
