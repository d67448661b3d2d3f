"""The trading rules that a store keeps with its trades."""

from __future__ import annotations

import dataclasses

import msgspec

from psky.domain.instrument import Instrument
from psky.domain.rules import InstrumentRules
from psky.store.tape_store import TapeStore
from psky.store.writer import StoreWriter

_KEY = "rules"


def instrument_of(store: TapeStore) -> Instrument:
    """Return the symbol of a store: in the steps of its rules, or where it has none in those that its tape prints.

    Raises:
        DataError: the store holds no file.
    """
    kept = store.meta(_KEY)
    rules = None if kept is None else msgspec.convert(kept, InstrumentRules)
    return dataclasses.replace(store.instrument(), rules=rules)


def keep_rules(writer: StoreWriter, rules: InstrumentRules) -> None:
    """Keep the rules of a symbol, in place of those kept before."""
    writer.set_meta(_KEY, msgspec.to_builtins(rules))
