from __future__ import annotations

import shlex

from psky.app.job_status import rate_words
from psky.app.job_views import JobView
from psky.domain import text as fmt
from tui.columns.column import Column, minute, number, word

_STATES = {
    "running": ("▶ running", "warn"),
    "stopping": ("▶ stopping", "warn"),
    "finished": ("✓ finished", "gain"),
    "stopped": ("■ stopped", ""),
    "failed": ("✗ failed", "loss"),
    "killed": ("✗ killed", "loss"),
    "unreadable": ("? unreadable", "loss"),
}


def state_text(view: JobView) -> str:
    """Return a job's state with its glyph."""
    return _STATES.get(view.status.state, (view.status.state, ""))[0]


def command_text(view: JobView) -> str:
    """Return the command that a job runs, without `psky`."""
    return shlex.join(view.command)


def _rate(rate: float | None) -> str:
    return fmt.MISSING if rate is None else rate_words(rate)


COLUMNS: tuple[Column[JobView], ...] = (
    word("id", "job", lambda row: row.id),
    Column(
        key="state",
        title="state",
        value=lambda row: row.status.state,
        text=state_text,
        right=False,
        tone=lambda row: _STATES.get(row.status.state, ("", ""))[1],
    ),
    number("done", "done", lambda row: row.status.share, fmt.percent),
    number("rate", "rate", lambda row: row.status.rate, _rate),
    number("eta", "ETA", lambda row: row.status.eta_s, fmt.span),
    number("took", "took", lambda row: row.took_s, fmt.span),
    word("command", "command", command_text),
    minute("started", "started UTC", lambda row: row.started_us),
)
