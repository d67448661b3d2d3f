"""Ctrl-C: first a request, then an order."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psky.cli import output


@contextmanager
def stop_on_signal(words: str, *also: signal.Signals) -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a request to stop, said in `words`; the second interrupts at once.

    Yields:
        Whether it was asked for. `also` are signals that ask like Ctrl-C.
    """
    asked = False

    def ask(_signal: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        output.say(words)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, *also)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
