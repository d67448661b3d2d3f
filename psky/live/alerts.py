"""Alerts to people, by whatever Apprise can reach (extra `notify`). One that fails is logged, and stops nothing."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from psky.errors import UsageError
from psky.log import logger

_LOG = logger(__name__)


class Alerts:
    """Tells people; silent without addresses.

    Raises:
        UsageError: there are addresses, but the extra `notify` is not installed.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = tuple(addresses)
        if self._addresses:
            try:
                import apprise  # noqa: F401, PLC0415 - an optional extra
            except ImportError as error:
                raise UsageError("expected the extra notify for [live] notify: pip install 'psky[notify]'") from error

    def tell(self, title: str, text: str) -> None:
        """Send a message without waiting for it; a process that ends does wait."""
        if self._addresses:
            threading.Thread(target=self._send, args=(title, text), name="alert").start()

    def _send(self, title: str, text: str) -> None:
        import apprise  # noqa: PLC0415

        sender = apprise.Apprise()
        for address in self._addresses:
            sender.add(address)
        if not sender.notify(title=title, body=text):
            _LOG.warning("alert not delivered", title=title, addresses=len(self._addresses))
