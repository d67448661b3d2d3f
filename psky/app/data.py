"""What front ends do with tapes: import, list, check, load."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psky.app.workspace import Workspace, symbol_of
from psky.domain.funding import Funding
from psky.domain.instrument import Instrument
from psky.domain.progress import OnProgress, ignore_progress
from psky.domain.trades import TradeColumns
from psky.errors import StoreError, UsageError
from psky.ingest.importer import import_trades
from psky.ingest.quality import MIN_GAP_S, QualityReport, check_quality
from psky.ingest.report import ImportReport
from psky.market.kept_tape import KeptTape
from psky.market.tape import MarketTape, check_steps, core_tape, tape_fingerprint, tape_of
from psky.store.connection import PATIENT, Patience
from psky.store.funding import read_funding
from psky.store.rules import instrument_of
from psky.store.tape_store import TapeStore, is_store, reading

_HASTY = Patience(wait_s=0.3)
"""For a list, which says what is held rather than wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolSummary:
    """A symbol that has a tape; `label` says so where it is synthetic, `funding` counts stamps, `bytes` is on disk.

    `problem` says why the store cannot be read now, and then nothing else is known of it.
    """

    symbol: str
    label: str
    synthetic: bool
    rows: int
    first_ts_us: int
    last_ts_us: int
    files: int
    rejected: int
    funding: int
    bytes: int
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeFacts:
    """What a store holds of a tape beside its trades; the fingerprint is that of its files."""

    instrument: Instrument
    funding: Funding
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTrades(TapeFacts):
    """All that a store holds of a tape."""

    trades: TradeColumns


def import_files(
    workspace: Workspace, symbol: str, paths: Sequence[Path], on_progress: OnProgress = ignore_progress
) -> ImportReport:
    """Import trade files and folders into a symbol's store, all or nothing.

    Raises:
        UsageError: no files, an impossible symbol name, or a symbol that holds a synthetic tape.
        DataError: a file that cannot be used (SchemaError where its form is unknown).
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    return import_trades(workspace.store_path(symbol), paths, symbol, on_progress)


def list_symbols(workspace: Workspace) -> list[SymbolSummary]:
    """Return the symbols that have a tape, by name; one whose store cannot be read, or is held, says why."""
    return [_listed(workspace, symbol) for symbol in known_symbols(workspace)]


def summary_of(workspace: Workspace, symbol: str, patience: Patience = PATIENT) -> SymbolSummary:
    """Return what a symbol's store holds.

    Raises:
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    return _summary(workspace.store_path(symbol), patience)


def check(workspace: Workspace, symbol: str, min_gap_s: float = MIN_GAP_S) -> QualityReport:
    """Return what a symbol's tape covers and what in it is doubtful.

    Raises:
        UsageError: no such symbol.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    with reading(known_store(workspace, symbol)) as store:
        return check_quality(store, min_gap_s)


def load_tape(workspace: Workspace, symbol: str) -> MarketTape:
    """Return a symbol's whole tape, mapped from the file in which it is kept, which is made where it is not there.

    Raises:
        UsageError: no such symbol.
        DataError: trades that do not make a tape, or are not in the steps of the symbol's rules.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    path = known_store(workspace, symbol)
    with reading(path) as store:
        facts = _facts(store)
    core = _kept(path, facts).find()
    if core is None:
        # The store may hold another tape by now.
        facts = stored = load_trades(workspace, symbol)
        core = _kept(path, facts).keep(core_tape(stored.trades, stored.instrument))
    fingerprint = tape_fingerprint(facts.fingerprint, facts.instrument, facts.funding)
    return tape_of(core, facts.instrument, fingerprint, facts.funding)


def load_trades(workspace: Workspace, symbol: str) -> StoredTrades:
    """Return a symbol's trades as columns, in time order, with its instrument and funding.

    Raises:
        UsageError: no such symbol.
        DataError: trades that are not in the steps of the symbol's rules.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    with reading(known_store(workspace, symbol)) as store:
        facts, trades = _facts(store), store.read_trades()
    if facts.instrument.rules is not None:
        check_steps(trades, facts.instrument)
    return StoredTrades(
        instrument=facts.instrument, funding=facts.funding, fingerprint=facts.fingerprint, trades=trades
    )


def synthetic_params(workspace: Workspace, symbol: str) -> dict[str, Any] | None:
    """Return the parameters of the generator that made a symbol's tape, None for real trades.

    Raises:
        UsageError: no such symbol.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    with reading(known_store(workspace, symbol)) as store:
        params: dict[str, Any] | None = store.meta("synthetic")
    return params


def known_symbols(workspace: Workspace) -> list[str]:
    """Return the names of the symbols that have a store, sorted."""
    if workspace.data_dir is not None:
        names = [symbol_of(workspace.data_dir)]
    elif workspace.data_root.is_dir():
        names = sorted(folder.name for folder in workspace.data_root.iterdir())
    else:
        names = []
    return [name for name in names if _has_store(workspace, name)]


def _has_store(workspace: Workspace, name: str) -> bool:
    try:
        return is_store(workspace.store_path(name), _HASTY)
    except UsageError:
        return False  # a folder that is no symbol's
    except StoreError:
        return True  # held, or damaged: whoever needs it is told


def known_store(workspace: Workspace, symbol: str) -> Path:
    """Return where the tape of a symbol lies.

    Raises:
        UsageError: no such symbol; names the nearest.
    """
    path = workspace.store_path(symbol)
    if not is_store(path):
        known = known_symbols(workspace)
        close = difflib.get_close_matches(symbol.upper(), known, n=3, cutoff=0.4) or known
        hint = f"known: {', '.join(close)}" if close else "import trade files first"
        raise UsageError(f"expected a symbol with a tape, found {symbol!r}; {hint}")
    return path


def _facts(store: TapeStore) -> TapeFacts:
    return TapeFacts(instrument=instrument_of(store), funding=read_funding(store), fingerprint=store.fingerprint())


def _kept(store: Path, facts: TapeFacts) -> KeptTape:
    return KeptTape(path=store.with_suffix(".tape"), files=facts.fingerprint, instrument=facts.instrument)


def _listed(workspace: Workspace, symbol: str) -> SymbolSummary:
    try:
        return summary_of(workspace, symbol, _HASTY)
    except StoreError as error:  # it must not hide the others
        return SymbolSummary(
            symbol=symbol,
            label=symbol,
            synthetic=False,
            rows=0,
            first_ts_us=0,
            last_ts_us=0,
            files=0,
            rejected=0,
            funding=0,
            bytes=workspace.store_path(symbol).stat().st_size,
            problem=str(error),
        )


def _summary(path: Path, patience: Patience) -> SymbolSummary:
    with reading(path, patience) as store:
        files, instrument, funding = store.files(), store.instrument(), read_funding(store)
    return SymbolSummary(
        symbol=instrument.symbol,
        label=instrument.label,
        synthetic=instrument.synthetic,
        rows=sum(file.rows for file in files),
        first_ts_us=min(file.first_ts_us for file in files),
        last_ts_us=max(file.last_ts_us for file in files),
        files=len(files),
        rejected=sum(file.rejected for file in files),
        funding=len(funding),
        bytes=path.stat().st_size,
    )
