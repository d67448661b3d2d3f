"""Where Optuna keeps the trials of a study: a SQLite file in the study's folder, or any database that Optuna knows.

A worker's trial has a heartbeat; one that falls silent is marked as failed and tried again by whoever asks next.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import optuna
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError

from psky.errors import StoreError, UsageError

DATABASE = "optuna.db"

RETRY_OF = "retry_of"

_HEARTBEAT_S = 30
_SILENT_S = 120
_BUSY_S = 60
_HIDES_IT = (AssertionError, UnboundLocalError)
"""What Optuna stumbles over after it could not store what a trial came to."""


class _Storage(RDBStorage):
    """Optuna's, whose heartbeat ends no thread with a trace: a worker meets a database that fails when it stores."""

    def record_heartbeat(self, trial_id: int) -> None:
        """Note that the worker at a trial lives, if the database answers."""
        with suppress(StorageInternalError, DatabaseError):
            super().record_heartbeat(trial_id)


def checked_url(url: str) -> str:
    """Return a storage URL, which is written down and shown: passwords belong into the database client's own files.

    Raises:
        UsageError: it is no database URL, or holds a password.
    """
    try:
        password = make_url(url).password
    except ArgumentError as error:
        raise UsageError(f"expected a storage URL such as postgresql+psycopg://host/name, found {url!r}") from error
    if password is not None:
        raise UsageError("expected a storage URL without a password, found one; put it into ~/.pgpass or PGPASSWORD")
    return url


@contextmanager
def storage(folder: Path, url: str | None) -> Iterator[RDBStorage]:
    """Open the storage of the study in `folder`, and let go of it in the end.

    Raises:
        StoreError: the database does not answer, is damaged, or its driver is not installed.
    """
    place = url or f"sqlite:///{(folder / DATABASE).resolve()}"
    opened = _made(place)
    try:
        yield opened
    except (StorageInternalError, *_HIDES_IT) as error:
        fault = _fault(error)
        if fault is None and isinstance(error, _HIDES_IT):
            raise
        raise StoreError(_told(fault or error, place)) from error
    finally:
        opened.remove_session()
        opened.engine.dispose()


def retry(study: optuna.Study, trial: FrozenTrial) -> None:
    """Have a failed trial tried again."""
    study.enqueue_trial(trial.params, user_attrs={RETRY_OF: trial.number})


@contextmanager
def _no_experimental_warning() -> Iterator[None]:
    # Optuna has called heartbeats experimental since 2021; nothing else notices a worker that was killed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        yield


def _fault(error: BaseException | None) -> BaseException | None:
    """Return what the database said that an error came of."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__ or error.__context__
    return None if error is None else error.orig


def _told(fault: BaseException, place: str) -> str:
    path = make_url(place).database if place.startswith("sqlite") else None
    if path and not (Path(path).exists() and Path(path).stat().st_size):
        return (
            f"expected the trials of a study in {path}, found that the file was deleted or emptied while it was in "
            "use; put it back, or tune under another --study name"
        )
    return f"expected a database that answers at {place}, found: {fault}"


def _made(url: str) -> RDBStorage:
    try:
        return _open(url)
    except (IntegrityError, ProgrammingError):
        # Another process made the same tables at the same moment: now they are there.
        return _open(url)


def _open(url: str) -> RDBStorage:
    local = url.startswith("sqlite")
    try:
        with _no_experimental_warning():
            return _Storage(
                url,
                engine_kwargs={"connect_args": {"timeout": _BUSY_S}} if local else {"pool_pre_ping": True},
                heartbeat_interval=_HEARTBEAT_S,
                grace_period=_SILENT_S,
                heartbeat_stale_trial_callback=retry,
            )
    except (ImportError, NoSuchModuleError) as error:
        wanted = "install the extra psky[postgres], or the driver that the URL names"
        raise StoreError(f"expected a driver for {url}, found: {error}; {wanted}") from error
    except (IntegrityError, ProgrammingError):
        raise  # tables that are being made
    except DatabaseError as error:
        raise StoreError(f"expected a database at {url}, found: {error.orig}") from error
