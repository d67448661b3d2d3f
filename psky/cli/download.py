"""`psky data download`: trades from Bybit's public archive."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import output
from psky.cli.detach import detached
from psky.cli.options import DataDir, Detach, DryRun, Events, Json, workspace
from psky.domain.time import instant_us, utc

if TYPE_CHECKING:
    from psky.app.download import DownloadReport, DownloadRequest

_BASE_URL = "https://public.bybit.com/trading"


def download(
    symbol: Annotated[str, typer.Argument(help="Symbol, as the exchange calls it.")],
    *,
    start: Annotated[str, typer.Option("--from", metavar="UTC", help="First day.")],
    end: Annotated[str | None, typer.Option("--to", metavar="UTC", help="Until before this day; today.")] = None,
    folder: Annotated[Path | None, typer.Option("--folder", help="Where files are kept; downloads/SYMBOL.")] = None,
    base_url: Annotated[str, typer.Option("--base-url", metavar="URL", help="Another archive.")] = _BASE_URL,
    only_fetch: Annotated[bool, typer.Option("--only-fetch", help="Import nothing.")] = False,
    data_dir: DataDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Fetch days of trades from Bybit's public archive and import them; what is there is not fetched again.

    Example: psky data download BTCUSDT --from 2026-01-20 --to 2026-01-25
    """
    from psky.app.download import DownloadRequest, plan_download
    from psky.app.download import download as fetch_days

    request = DownloadRequest(
        symbol=symbol,
        first=_day(start),
        end=_day(end) if end else datetime.now(UTC).date(),
        folder=folder or Path("downloads") / symbol,
        base_url=base_url,
        imports=not only_fetch,
    )
    here = workspace(data_dir, None)
    if dry_run:
        plan = [(file.path.name, "is here" if file.is_here else "would be fetched") for file in plan_download(request)]
        if json:
            return output.print_json({"dry_run": True, "symbol": symbol, "files": dict(plan)})
        return output.print_table(f"Days of {symbol}", ("file", "status"), plan)
    if detach:
        return detached(here, json=json)
    with output.progress(f"download {symbol}", events) as on_progress:
        report = fetch_days(here, request, on_progress=on_progress)
        on_progress.metric("bytes", report.bytes)
        if report.missing:
            on_progress.warning(f"the archive has no {', '.join(report.missing)}")
    return _show(request, report, json=json)


def _show(request: DownloadRequest, report: DownloadReport, *, json: bool) -> None:
    if json:
        return output.print_json({"symbol": request.symbol, **dataclasses.asdict(report)})
    trades = "nothing imported" if report.imported is None else f"{report.imported.rows:,} trades imported"
    return output.say(
        f"{request.symbol}: {report.fetched} days fetched ({report.bytes / 1e6:,.1f} MB), {report.present} were there, "
        f"{len(report.missing)} the archive has not; {trades}"
    )


def _day(text: str) -> date:
    return utc(instant_us(text)).date()
