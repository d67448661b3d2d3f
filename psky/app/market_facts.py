"""What an exchange says about a symbol beyond its trades: its rules and its funding."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from psky.app.data import known_store
from psky.app.workspace import Workspace
from psky.domain.funding import Funding
from psky.domain.instrument import Instrument
from psky.ingest.funding import FundingReport, import_funding
from psky.ingest.instruments import read_fee_rates, read_rules
from psky.market.tape import check_steps
from psky.store.funding import read_funding
from psky.store.rules import instrument_of, keep_rules
from psky.store.tape_store import reading
from psky.store.writer import writing


def instrument(workspace: Workspace, symbol: str) -> Instrument:
    """Return a symbol with its steps: those of its rules, or else those that its tape prints.

    Raises:
        UsageError: no such symbol.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    with reading(known_store(workspace, symbol)) as store:
        return instrument_of(store)


def give_rules(workspace: Workspace, symbol: str, rules_file: Path, fees_file: Path | None = None) -> Instrument:
    """Keep the rules of a symbol, read from the exchange's answers, with its tape; they replace those kept before.

    Raises:
        UsageError: as `ruled`.
        DataError: as `ruled`.
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    given = ruled(workspace, symbol, rules_file, fees_file)
    if given.rules is not None:
        with writing(known_store(workspace, symbol), symbol) as writer:
            keep_rules(writer, given.rules)
    return given


def ruled(workspace: Workspace, symbol: str, rules_file: Path, fees_file: Path | None = None) -> Instrument:
    """Return a symbol with rules that are read from the exchange's answers, having tried them on its tape.

    Raises:
        UsageError: no such symbol, here or in a file.
        DataError: no such answers, or a tape whose trades are not in steps of these rules.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    rules = read_rules(rules_file, symbol)
    if fees_file is not None:
        maker, taker = read_fee_rates(fees_file, symbol)
        rules = dataclasses.replace(rules, maker_fee_rate=maker, taker_fee_rate=taker)
    with reading(known_store(workspace, symbol)) as store:
        given = dataclasses.replace(store.instrument(), rules=rules)
        check_steps(store.read_trades(), given)
    return given


def add_funding(workspace: Workspace, symbol: str, paths: Sequence[Path]) -> FundingReport:
    """Import funding histories into a symbol's store, all or nothing.

    Raises:
        UsageError: no such symbol, no files.
        DataError: a file that cannot be used (SchemaError where its form is unknown).
        StoreError: the store cannot be used, or another process holds it (StoreLocked).
    """
    return import_funding(known_store(workspace, symbol), paths, symbol)


def funding(workspace: Workspace, symbol: str, start_us: int | None = None, end_us: int | None = None) -> Funding:
    """Return a symbol's funding stamps of `start_us <= ts_us < end_us`; None leaves an end open.

    Raises:
        UsageError: no such symbol.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    with reading(known_store(workspace, symbol)) as store:
        return read_funding(store, start_us, end_us)
