"""Every error that psky raises on purpose.

PskyError
├── UsageError            the request makes no sense: a missing name, an unknown symbol or study
│   └── RulesError        an order, price or quantity that the rules of its instrument refuse
├── SpecError             a configuration with an unknown key or an impossible value
├── OverrideError         tuned settings would be overridden without leave, or cannot be
├── DataError             market data that cannot be true
│   ├── SchemaError       a file whose columns or format are not one of the known dialects
│   └── OrderError        trades that go back in time
├── StoreError            the store of a symbol cannot be used
│   └── StoreLocked       another process holds it
├── LeakError             a training row whose label ends where it is tested: a fault of psky's own
├── ModelError            a model cannot be trained or used
│   ├── NotFittedError    used before it was fitted
│   └── MismatchError     an artefact made from another spec, tape, schema or version
├── JobError              a process of a job ended without finishing its work
└── LiveError             a live session cannot go on as it was meant to
    ├── JournalError      its journal is damaged, foreign, or cannot be written
    ├── ExchangeError     the exchange refused a request, or did not answer
    ├── NotArmed          it trades nothing until somebody arms it
    └── NotFlat           the account may hold a position or orders although it was told to be flat

A message says what was expected, what was found and what to do. Errors are raised near the fault and caught at a
front end or a driver's edge only.
"""

from __future__ import annotations


class PskyError(Exception):
    """The root of all errors that psky raises on purpose."""


class UsageError(PskyError):
    """The request makes no sense as it was made."""


class RulesError(UsageError):
    """An order, price or quantity that the rules of its instrument refuse."""


class SpecError(PskyError):
    """A configuration has an unknown key or an impossible value."""


class OverrideError(PskyError):
    """Tuned settings would be overridden without leave, or must not be overridden at all."""


class DataError(PskyError):
    """Market data that cannot be true, or that is missing."""


class SchemaError(DataError):
    """A file whose columns or format are not one of the known dialects."""


class OrderError(DataError):
    """Trades that go back in time."""


class StoreError(PskyError):
    """The store of a symbol cannot be used."""


class StoreLocked(StoreError):  # noqa: N818 - reads as the state it reports
    """Another process holds the store."""


class LeakError(PskyError):
    """A training row's label ends inside, or too near to, what it is tested on."""


class ModelError(PskyError):
    """A model cannot be trained or used."""


class NotFittedError(ModelError):
    """A model was used before it was fitted."""


class MismatchError(ModelError):
    """An artefact was made from another spec, tape, schema or version."""


class JobError(PskyError):
    """The process of a job ended without finishing its work."""


class LiveError(PskyError):
    """A live session cannot go on as it was meant to."""


class JournalError(LiveError):
    """A journal is damaged, foreign, or cannot be written."""


class ExchangeError(LiveError):
    """The exchange refused a request, or did not answer it."""


class NotArmed(LiveError):  # noqa: N818 - reads as the state it reports
    """Nothing is traded until somebody arms the session."""


class NotFlat(LiveError):  # noqa: N818 - same
    """The account may hold a position or orders although it was told to be flat."""
