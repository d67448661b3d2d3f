"""Backtests that were run: listed, found by name, compared."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psky.app.backtest import backtest_id, view_result
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.backtest.compare import Comparison, compare
from psky.backtest.result import BacktestResult, read_result, result_path
from psky.backtest.tables import read_trades
from psky.errors import MismatchError, UsageError
from psky.spec.codec import assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One backtest in a list; results in R."""

    id: str
    symbol: str
    label: str
    study: str
    trial: int
    part: str
    start_ts_us: int
    end_ts_us: int
    trades: int
    net_r: float
    mean_r: float | None
    smells: tuple[str, ...]
    """Names of the smell tests that found something."""
    overrides: tuple[str, ...]
    """Names of the settings that were not those tuned."""
    settings: tuple[str, ...]
    """The same with their values, as `--set` takes them."""
    written_ts_us: int
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultList:
    """Backtests, newest first, and the files that cannot be read, with the reason."""

    results: tuple[ResultRow, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedView:
    """Two backtests and what tells them apart."""

    a: str
    b: str
    comparison: Comparison


def list_results(workspace: Workspace, symbol: str | None = None, study: str | None = None) -> ResultList:
    """Return the backtests of a symbol, or of every symbol, newest first; of one study, if it is named."""
    rows: list[ResultRow] = []
    unreadable: list[str] = []
    for folder in _folders(workspace, symbol):
        try:
            result = read_result(folder)
        except MismatchError as error:  # one result of another version must not hide the others
            unreadable.append(str(error))
            continue
        if result is not None and study in {None, result.study}:
            rows.append(_row(folder, result))
    rows.sort(key=lambda row: (-row.written_ts_us, row.id))
    return ResultList(results=tuple(rows), unreadable=tuple(unreadable))


def show_result(workspace: Workspace, name: str) -> BacktestView:
    """Return a backtest that was run, named by its id, by an end of it that no other has, or by its folder.

    Raises:
        UsageError: no such backtest, or a name that several have.
        MismatchError: a result that this version does not read.
    """
    return view_result(*_find(workspace, name))


def compare_results(workspace: Workspace, a: str, b: str) -> ComparedView:
    """Compare two backtests, each named by its id, by an end of it that no other has, or by its folder.

    Raises:
        UsageError: no such backtest, a name that several have, or backtests of two symbols.
        MismatchError: a result that this version does not read.
    """
    (folder_a, one), (folder_b, two) = _find(workspace, a), _find(workspace, b)
    return ComparedView(
        a=backtest_id(one, folder_a),
        b=backtest_id(two, folder_b),
        comparison=compare(one, read_trades(folder_a), two, read_trades(folder_b)),
    )


def _folders(workspace: Workspace, symbol: str | None) -> Iterator[Path]:
    if symbol is not None or workspace.model_dir is not None:
        roots = [workspace.studies_dir(symbol or "any")]
    else:
        roots = sorted(workspace.model_root.glob("[!.]*"))
    for root in roots:
        yield from (path.parent for path in sorted(root.glob(f"*/backtests/*/{result_path(Path()).name}")))


def _find(workspace: Workspace, name: str) -> tuple[Path, BacktestResult]:
    here = Path(name)
    folder = here if result_path(here).exists() else _named(workspace, name)
    result = read_result(folder)
    if result is None:
        raise UsageError(f"expected a finished backtest in {folder}, found none")
    return folder, result


def _named(workspace: Workspace, name: str) -> Path:
    rows = list_results(workspace).results
    found = [row for row in rows if f"/{row.id}".endswith(f"/{name}")]
    if len(found) == 1:
        return found[0].folder
    if found:
        raise UsageError(f"expected the name of one backtest, found {name!r} of {', '.join(row.id for row in found)}")
    known = [row.id for row in rows]
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.3)
    hint = f"did you mean {close[0]!r}?" if close else "psky backtest list shows what there is"
    raise UsageError(f"expected the id or folder of a backtest, found {name!r}; {hint}")


def _row(folder: Path, result: BacktestResult) -> ResultRow:
    return ResultRow(
        id=backtest_id(result, folder),
        symbol=result.symbol,
        label=result.label,
        study=result.study,
        trial=result.trial,
        part=result.part,
        start_ts_us=result.start_ts_us,
        end_ts_us=result.end_ts_us,
        trades=int(result.metrics["trades"]),
        net_r=float(result.metrics["net_r"]),
        mean_r=result.metrics["mean_r"],
        smells=tuple(smell.name for smell in result.found_smells),
        overrides=tuple(result.overrides),
        settings=tuple(assignment(name, used) for name, (_, used) in result.overrides.items()),
        written_ts_us=result_path(folder).stat().st_mtime_ns // 1000,
        folder=folder,
    )
