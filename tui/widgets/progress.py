"""How a backtest that was started fares, in words and a bar."""

from __future__ import annotations

from textual.content import Content

from psky.domain.text import integer, span
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
    status = run.status
    if status.total <= 0:
        return Content(status.text)
    share = min(1.0, max(0.0, status.done / status.total))
    full = round(share * _BAR)
    rate, eta_s = run.meter.rate, run.meter.eta_s(status.total)
    words = [f" {share:.0%}", f"{integer(status.done)}/{integer(status.total)}"]
    words += [] if rate is None else [f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.2g}/s"]
    words += [] if eta_s is None else [f"ETA {span(eta_s)}"]
    return Content.assemble(("━" * full, colour), ("╌" * (_BAR - full), "dim"), "  ".join([*words, status.text]))
