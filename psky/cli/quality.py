"""The quality of a tape, in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psky.cli import output
from psky.domain.instrument import label_of
from psky.domain.time import utc_text

if TYPE_CHECKING:
    from psky.ingest.quality import FundingCoverage, QualityReport


def print_quality(name: str, report: QualityReport) -> None:
    """Print what a tape covers, day by day, and what in it is doubtful."""
    output.print_table(
        f"{label_of(name, synthetic=report.synthetic)}: {report.rows:,} trades in {report.files} files, "
        f"{utc_text(report.first_ts_us)} to {utc_text(report.last_ts_us)} UTC",
        ("day (UTC)", ">trades"),
        [(day.day, f"{day.trades:,}") for day in report.days],
    )
    _gaps(report)
    findings = [(reason, f"{count:,}") for reason, count in report.rejects.items()]
    findings += [
        ("rejected rows", f"{report.rejected:,}"),
        ("duplicate trades in two files", f"{report.duplicates:,}"),
        ("overlapping files", f"{len(report.overlaps):,}"),
        ("trades a fifth away from the one before", f"{report.outliers:,}"),
    ]
    output.print_table("Findings", ("finding", ">count"), findings)
    _funding(report.funding)


def _gaps(report: QualityReport) -> None:
    long = len(report.gaps)
    output.print_table(
        f"Longest silences ({long} of {report.min_gap_s / 3600:g} h or more split the tape)",
        ("from (UTC)", "to (UTC)", ">seconds"),
        [(utc_text(gap.start_us), utc_text(gap.end_us), f"{gap.seconds:,.0f}") for gap in report.longest_gaps],
    )


def _funding(funding: FundingCoverage) -> None:
    if funding.first_ts_us is None or funding.last_ts_us is None:
        output.say("no funding: positions held over a stamp pay nothing; import it with psky data funding")
        return
    step = "" if funding.widest_step_h is None else f", at most {funding.widest_step_h:g} h apart"
    span = f"{utc_text(funding.first_ts_us)} to {utc_text(funding.last_ts_us)} UTC"
    output.say(f"funding: {funding.stamps:,} stamps, {span}{step}")
