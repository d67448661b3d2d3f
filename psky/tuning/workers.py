"""Several processes on one study: each takes trials from a common count until it is used up or somebody says stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event, Semaphore
from typing import Any

from psky.errors import JobError, PskyError


def this_worker() -> str:
    """Return the name of this process among all machines that work on a study: `host:pid`."""
    return f"{socket.gethostname()}:{os.getpid()}"


def pid_here(worker: str) -> int | None:
    """Return the process id of a worker's name, None where it is of another machine."""
    host, _, pid = worker.rpartition(":")
    return int(pid) if host == socket.gethostname() else None


class Tickets:
    """Trials that are left to run, shared between processes, and the word to stop.

    A ticket that a killed worker held is gone with its trial; the others run on.
    """

    def __init__(self, tickets: Semaphore, stop: Event, parent: int) -> None:
        self._tickets, self._stop, self._parent = tickets, stop, parent

    def take(self) -> bool:
        """Return whether there is one more trial to run, and take it."""
        orphan = self._parent not in {os.getpid(), os.getppid()}
        return not (self._stop.is_set() or orphan) and self._tickets.acquire(block=False)

    def stop(self) -> None:
        """Let nobody begin another trial."""
        self._stop.set()


@contextmanager
def team(size: int, trials: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> Iterator[Tickets]:
    """Start `size - 1` processes that run `work(*arguments, tickets)` beside the caller, who works too.

    When the caller leaves, nobody begins another trial, and those at work are waited for.

    `work` and its arguments are pickled. Ctrl-C reaches the caller alone, who tells the others to stop.

    Raises:
        JobError: one of them failed.
    """
    context = get_context("spawn")
    tickets = Tickets(context.Semaphore(trials), context.Event(), os.getpid())
    processes = [context.Process(target=_work, args=(work, arguments, tickets)) for _ in range(size - 1)]
    for process in processes:
        process.start()
    try:
        yield tickets
    finally:
        tickets.stop()
        for process in processes:
            process.join()
    failed = [process.exitcode for process in processes if process.exitcode]
    if failed:
        raise JobError(f"expected {size - 1} workers to end well, found exit codes {failed}; their errors are above")


def _work(work: Callable[..., None], arguments: tuple[Any, ...], tickets: Tickets) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work(*arguments, tickets)
    except PskyError as error:  # the edge of this process: nobody else can say it in a sentence
        sys.exit(f"worker {os.getpid()}: {error}")
