"""How a backtest that was started fares, in words and a bar."""

from __future__ import annotations

from textual.content import Content

from psky.app.job_status import progress_words
from tui.board import Run

_GLYPHS = {"running": "▶", "stopping": "▶", "finished": "✓", "stopped": "■"}
_TONES = {"finished": "$success", "failed": "$error", "killed": "$error"}
_BAR = 16


def run_text(run: Run) -> Content:
    """Return what to show of a run: a bar while it runs; how it ended, with its log, when it did not finish."""
    state = run.state
    colour = _TONES.get(state, "$warning")
    head = Content.assemble((f"{_GLYPHS.get(state, '✗')} {state}  ", colour))
    if run.active:
        return head + _progress(run, colour)
    if state == "finished":
        return head + Content(run.status.text)
    said = run.status.text or "it left no word"
    why = f"its process is gone and did not say why; its last word: {said}" if state == "killed" else said
    return head + Content(why if run.job is None else f"{why}\nlog  {run.job.folder / 'log.txt'}")


def _progress(run: Run, colour: str) -> Content:
    status, share = run.status, run.status.share
    if share is None:
        return Content(status.text)
    full = round(share * _BAR)
    words = f" {progress_words(status)}"
    return Content.assemble(("━" * full, colour), ("╌" * (_BAR - full), "dim"), words)
