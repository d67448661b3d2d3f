"""Trade files into the store of a symbol: all of them, or none and the store as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from psky.domain.progress import OnProgress, Progress, ignore_progress
from psky.errors import DataError, UsageError
from psky.ingest.report import FileStatus, ImportReport, file_report
from psky.ingest.sources import Source, find_sources
from psky.market.trade_files import FileFindings, RejectedRow, TradeFile
from psky.store.records import FileRecord, RejectRecord
from psky.store.tape_store import is_store, reading
from psky.store.writer import StoreWriter, writing

# Over this share of rejected rows a file is not what it seems.
MAX_REJECT_SHARE = 0.01
# So many rejected rows, where they are most, end the reading of a file: a small packed one may hold millions.
HOPELESS_ROWS = 200_000
# Rejected rows shown when it is refused.
EXAMPLES = 3
# Trades a statement: fewer cost more for each, more cost memory. DuckDB compresses a third of them at a time.
BATCH_ROWS = 3 * 122_880


def import_trades(
    store_path: Path, paths: Sequence[Path], symbol: str, on_progress: OnProgress = ignore_progress
) -> ImportReport:
    """Import trade files and folders of them in one transaction.

    A file whose content the store holds already is left alone, whatever its name; one whose name it holds with other
    content is replaced. When nothing changes the store is not even opened for writing.

    Raises:
        SchemaError: a file is of no known form.
        DataError: a file is damaged, of another symbol, or more than 1 % of its rows cannot be trades.
        UsageError: nothing to import, or the symbol holds a synthetic tape.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    held = files_of(store_path, symbol, synthetic=False)
    sources = find_sources(paths, held)
    fates = _fates(sources, held)
    new = [source for source, fate in zip(sources, fates, strict=True) if fate is not FileStatus.UNCHANGED]
    imported = _import_all(store_path, new, symbol, on_progress) if new else {}
    known: dict[str | None, FileRecord] = {record.content_hash: record for record in (*held, *imported.values())}
    records = (imported.get(source.name) or known[source.content_hash] for source in sources)
    reports = (
        file_report(source.name, record, fate) for source, record, fate in zip(sources, records, fates, strict=True)
    )
    return ImportReport(symbol=symbol, files=tuple(reports))


def plan_import(store_path: Path, paths: Sequence[Path], symbol: str) -> list[tuple[Source, FileStatus]]:
    """Return the files that `import_trades` would take and what would become of each, without reading their rows.

    Raises:
        DataError: a path does not exist or cannot be read.
        UsageError: nothing to import, or the symbol holds a synthetic tape.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    held = files_of(store_path, symbol, synthetic=False)
    sources = find_sources(paths, held)
    return list(zip(sources, _fates(sources, held), strict=True))


def _fates(sources: Sequence[Source], held: Sequence[FileRecord]) -> list[FileStatus]:
    """Return what becomes of each file; of several with one content, all but the first change nothing."""
    names = {record.name for record in held}
    contents = {record.content_hash for record in held}

    def fate(source: Source) -> FileStatus:
        if source.content_hash in contents:
            return FileStatus.UNCHANGED
        if source.content_hash is not None:
            contents.add(source.content_hash)
        return FileStatus.REPLACED if source.name in names else FileStatus.IMPORTED

    return [fate(source) for source in sources]


def files_of(store_path: Path, symbol: str, *, synthetic: bool) -> tuple[FileRecord, ...]:
    """Return the files of a store that may take trades of `symbol`, none where there is no store yet.

    Raises:
        UsageError: the store is another symbol's, or holds real trades where synthetic ones are to go, or the reverse.
    """
    if not is_store(store_path):
        return ()
    with reading(store_path) as store:
        if store.symbol != symbol:
            raise UsageError(f"{store_path}: expected the store of {symbol}, found that of {store.symbol}")
        is_synthetic = store.meta("synthetic") is not None
        if is_synthetic != synthetic:
            found, given = ("synthetic", "real") if is_synthetic else ("real", "synthetic")
            raise UsageError(
                f"{symbol} holds {found} trades: expected more of them, found {given} ones; use another symbol"
            )
        return store.files()


def _import_all(
    store_path: Path, sources: Sequence[Source], symbol: str, on_progress: OnProgress
) -> dict[str, FileRecord]:
    """Import files; return their records by name."""
    total = sum(source.bytes for source in sources)
    done = 0
    records = {}
    with writing(store_path, symbol) as writer:
        for source in sources:
            start = done

            def tell(bytes_read: int, start: int = start, name: str = source.name) -> None:
                on_progress(Progress(done=start + bytes_read, total=total, unit="bytes", text=name))

            records[source.name] = _import_file(writer, source, symbol, tell)
            done += source.bytes
    return records


def _import_file(writer: StoreWriter, source: Source, symbol: str, tell: Callable[[int], None]) -> FileRecord:
    file = TradeFile(source.path, BATCH_ROWS, hashed=True)
    file_id = writer.new_file(source.name)
    firsts, lasts = [], []
    examples: list[RejectedRow] = []
    for batch in file:
        _check_symbol(source, file.findings().symbol, symbol)
        if len(batch.columns):
            writer.add_trades(file_id, batch.columns)
            firsts.append(int(batch.columns.ts_us.min()))
            lasts.append(int(batch.columns.ts_us.max()))
        examples += batch.rejects[: EXAMPLES - len(examples)]
        rejects = (RejectRecord(file=source.name, line=r.line, reason=r.reason, text=r.text) for r in batch.rejects)
        writer.add_rejects(file_id, tuple(rejects))
        tell(file.bytes_read)
        if _is_hopeless(file.findings()):
            break
    findings = file.findings()
    _check_rejects(source, findings, examples)
    record = FileRecord(
        name=source.name,
        content_hash=file.content_hash,
        bytes=file.bytes_read,
        rows=findings.rows,
        rejected=findings.rejected,
        dialect=findings.dialect,
        time_unit=findings.time_unit or "",
        first_ts_us=min(firsts),
        last_ts_us=max(lasts),
        price_decimals=findings.price_decimals,
        size_decimals=findings.size_decimals,
    )
    writer.finish_file(file_id, record)
    return record


def _check_symbol(source: Source, found: str | None, expected: str) -> None:
    if found is not None and found != expected:
        raise DataError(f"{source.path}: expected trades of {expected}, found trades of {found}; name the other symbol")


def _is_hopeless(findings: FileFindings) -> bool:
    return findings.rejected >= HOPELESS_ROWS and findings.rejected > findings.rows


def _check_rejects(source: Source, findings: FileFindings, examples: Sequence[RejectedRow]) -> None:
    read = findings.rows + findings.rejected
    if findings.rows and findings.rejected <= MAX_REJECT_SHARE * read:
        return
    first = "; ".join(f"line {row.line}: {row.reason}: {row.text}" for row in examples)
    raise DataError(
        f"{source.path}: expected at most {MAX_REJECT_SHARE:.0%} of rows that are no trades, found {findings.rejected} "
        f"of {read}: {first}. Repair the file or fetch it again"
    )
