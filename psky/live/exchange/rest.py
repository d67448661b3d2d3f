"""One request to Bybit through pybit: what came back, what it means, and nothing sent twice.

pybit signs and speaks HTTP. Its own retries are off: they sleep, and they send orders again blindly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from psky.errors import ExchangeError
from psky.live.environments import Environment
from psky.live.exchange.buckets import Buckets
from psky.live.exchange.classes import Class, class_of_code, class_of_status
from psky.live.keys import Keys

_NO_CODE = -999_999
"""pybit takes an empty set of codes to retry for its default set."""
TIMEOUT_S = 3
_NO_ENVELOPE = (AttributeError, KeyError, TypeError)
"""What pybit raises at JSON that is no answer of Bybit's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, or that there was none (`code` is then 0 and `meaning` `DOUBT`)."""

    meaning: Class
    code: int
    message: str
    result: Mapping[str, Any]
    server_us: int
    """The exchange's clock when it answered; 0 where it did not say."""


class Requests(Protocol):
    """What an exchange client needs of a connection."""

    errors: int

    def get(self, path: str, *, auth: bool = True, **query: Any) -> Reply:  # noqa: ANN401 - what JSON can say
        """Ask for something."""

    def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Ask for a change."""

    def pause(self, seconds: float) -> None:
        """Wait before the same is tried again."""

    @property
    def now_us(self) -> int:
        """The wall clock."""


class Rest:
    """Sends requests of one account, at most as fast as the exchange allows.

    `sleep` and `clock_us` are the wall clock's; tests bring their own.
    """

    def __init__(
        self,
        environment: Environment,
        keys: Keys | None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._http = _session(environment, keys)
        self._redact = str if keys is None else keys.redact  # what was signed is repeated where a signature is refused
        self._sleep = sleep
        self._clock_us = clock_us
        self._buckets = Buckets()
        self.errors = 0
        """Requests that were not answered as asked, so far."""
        self.requests = 0

    def get(self, path: str, *, auth: bool = True, **query: Any) -> Reply:  # noqa: ANN401 - what JSON can say
        """Ask for something."""
        return self._send("GET", path, query, auth=auth)

    def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Ask for a change."""
        return self._send("POST", path, dict(body), auth=True)

    def pause(self, seconds: float) -> None:
        """Wait before the same is tried again."""
        self._sleep(seconds)

    @property
    def now_us(self) -> int:
        """The wall clock."""
        return self._clock_us()

    def _send(self, method: str, path: str, query: dict[str, Any], *, auth: bool) -> Reply:
        bucket = self._buckets.of(path)
        while wait_us := bucket.wait_us(self._clock_us()):
            self._sleep(wait_us / 1e6)
        reply, headers = self._ask(method, path, query, auth=auth)
        bucket.heed(headers, self._clock_us())
        self.requests += 1
        self.errors += reply.meaning not in {Class.DONE, Class.STATE, Class.REFUSED}
        return reply

    def _ask(self, method: str, path: str, query: dict[str, Any], *, auth: bool) -> tuple[Reply, Mapping[str, str]]:
        from pybit.exceptions import FailedRequestError, InvalidRequestError  # noqa: PLC0415 - only where it is used
        from requests.exceptions import RequestException  # noqa: PLC0415 - comes with pybit

        try:
            answer, _, headers = self._http._submit_request(  # noqa: SLF001 - what all of pybit's methods call
                method=method, path=f"{self._http.endpoint}{path}", query=query, auth=auth
            )
        except InvalidRequestError as error:
            code = int(error.status_code)
            return _nothing(class_of_code(code), code, self._redact(str(error.message))), error.resp_headers or {}
        except FailedRequestError as error:
            # 409 is pybit's own, for a body that was cut.
            status = int(error.status_code)
            meaning = Class.DOUBT if error.resp_headers is None else class_of_status(status)
            return _nothing(meaning, status, self._redact(str(error.message))), error.resp_headers or {}
        except (RequestException, *_NO_ENVELOPE) as error:
            return _nothing(Class.DOUBT, 0, type(error).__name__), {}
        if answer.get("retCode") != 0:  # JSON of somebody in between: pybit takes what says nothing for success
            return _nothing(Class.DOUBT, 0, "an answer without retCode"), headers
        reply = Reply(
            meaning=Class.DONE,
            code=0,
            message="OK",
            result=answer.get("result") or {},
            server_us=int(answer.get("time") or 0) * 1000,
        )
        return reply, headers


def required(reply: Reply, what: str) -> Mapping[str, Any]:
    """Return the result of a request that has to succeed.

    Raises:
        ExchangeError: it did not.
    """
    if reply.meaning is not Class.DONE:
        raise ExchangeError(f"expected the exchange to {what}, found: {reply.message or 'no answer'} ({reply.code})")
    return reply.result


def _nothing(meaning: Class, code: int, message: str) -> Reply:
    return Reply(meaning=meaning, code=code, message=message, result={}, server_us=0)


def _session(environment: Environment, keys: Keys | None) -> Any:  # noqa: ANN401 - pybit has no types
    from pybit.unified_trading import HTTP  # noqa: PLC0415 - loads requests and a crypto library

    session = HTTP(
        testnet=environment.testnet,
        demo=environment.demo,
        api_key=keys.key if keys else None,
        api_secret=keys.secret if keys else None,
        max_retries=1,
        retry_codes={_NO_CODE},
        timeout=TIMEOUT_S,
        return_response_headers=True,
        logging_level="CRITICAL",
    )
    if environment.address is not None:
        session.endpoint = environment.address
    return session
