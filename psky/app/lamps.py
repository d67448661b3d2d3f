"""Whether a tape can be believed, as lamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from psky.domain.text import counted
from psky.ingest.quality import QualityReport

State = Literal["good", "doubtful", "bad"]
_DAY_S = 86_400.0
_FUNDING_STEP_H = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """One question about something watched, and its answer in words."""

    name: str
    state: State
    text: str


def quality_lamps(report: QualityReport) -> tuple[Lamp, ...]:
    """Return the lamps of a tape: silences, rejected rows, trades that stand twice, jumps, funding."""
    return (_silence(report), _rejects(report), _doubles(report), _jumps(report), _funding(report))


def _silence(report: QualityReport) -> Lamp:
    longest_s = max((gap.seconds for gap in report.gaps), default=0.0)
    if not report.gaps:
        return Lamp(name="silence", state="good", text=f"no hole of {report.min_gap_s / 3600:g} h")
    state: State = "bad" if longest_s >= _DAY_S else "doubtful"
    holes = counted(len(report.gaps), "hole")
    text = f"{holes} of {report.min_gap_s / 3600:g} h or more, the longest {longest_s / 3600:.1f} h"
    return Lamp(name="silence", state=state, text=text)


def _rejects(report: QualityReport) -> Lamp:
    if not report.rejected:
        return Lamp(name="rows", state="good", text="all rows were trades")
    share = report.rejected / (report.rows + report.rejected)
    state: State = "bad" if share > 0.001 else "doubtful"
    return Lamp(name="rows", state=state, text=f"{report.rejected:,} rows left out ({share:.3%})")


def _doubles(report: QualityReport) -> Lamp:
    if report.duplicates:
        return Lamp(name="twice", state="bad", text=f"{report.duplicates:,} trades stand in two files")
    if report.overlaps:
        pairs = counted(len(report.overlaps), "pair")
        return Lamp(name="twice", state="doubtful", text=f"{pairs} of files overlap, no trade stands twice")
    return Lamp(name="twice", state="good", text="no trade stands twice")


def _jumps(report: QualityReport) -> Lamp:
    if not report.outliers:
        return Lamp(name="jumps", state="good", text="no price a fifth from the one before")
    return Lamp(name="jumps", state="bad", text=f"{report.outliers:,} prices a fifth from the one before")


def _funding(report: QualityReport) -> Lamp:
    funding = report.funding
    if not funding.stamps:
        return Lamp(name="funding", state="doubtful", text="none: positions held over a stamp pay nothing")
    if funding.widest_step_h is not None and funding.widest_step_h > _FUNDING_STEP_H:
        return Lamp(
            name="funding",
            state="doubtful",
            text=f"{funding.stamps:,} stamps, {funding.widest_step_h:g} h apart at most",
        )
    return Lamp(name="funding", state="good", text=f"{funding.stamps:,} stamps")
