from __future__ import annotations

from psky.app.views import StudyView
from psky.domain import text as fmt
from tui.columns.column import Column, number, result, word

_EDGES = {"found": ("● found", "gain"), "not found": ("○ not found", "warn"), None: ("· unjudged", "dim")}


def edge_text(edge: str | None) -> str:
    """Return the verdict on a study with its glyph."""
    return _EDGES.get(edge, (str(edge), ""))[0]


def edge_tone(edge: str | None) -> str:
    """Return the tone of the verdict on a study."""
    return _EDGES.get(edge, ("", ""))[1]


def verdict_text(study: StudyView) -> str:
    """Return the verdict on a study, or that it cannot be read."""
    return "✗ cannot be read" if study.problem else edge_text(study.edge)


COLUMNS: tuple[Column[StudyView], ...] = (
    word("symbol", "symbol", lambda row: row.label),
    word("study", "study", lambda row: row.study),
    number("trials", "trials", lambda row: row.trials, fmt.integer),
    number("pruned", "pruned", lambda row: row.pruned, fmt.integer),
    Column(
        key="best",
        title="best",
        value=lambda row: row.best_trial,
        text=lambda row: fmt.MISSING if row.best_trial is None else str(row.best_trial),
    ),
    result("score", "score", lambda row: row.best_score, lambda value: fmt.signed(value, 3)),
    Column(
        key="edge",
        title="edge",
        value=lambda row: row.edge,
        text=verdict_text,
        right=False,
        tone=lambda row: "loss" if row.problem else edge_tone(row.edge),
    ),
)
