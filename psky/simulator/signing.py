"""Who asks: signatures of requests and of sockets, and the window of time in which they hold."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from psky.simulator.config import KeyFacts
from psky.simulator.errors import refusal

_USUAL_WINDOW_MS = 5000
_AHEAD_MS = 1000


def signature(secret: str, payload: str) -> str:
    """Return the HMAC-SHA256 of a payload, in hexadecimal."""
    return hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()


def check_request(keys: KeyFacts, headers: Mapping[str, str], payload: str, now_ms: int, *, writes: bool) -> None:
    """Refuse a request that is not signed by the key, or not now; `payload` is its query string or its body.

    Raises:
        Refusal: 10001, 10002, 10003, 10004 or, of a key that only reads, 10005.
    """
    key, sign = headers.get("X-BAPI-API-KEY", ""), headers.get("X-BAPI-SIGN", "")
    sent, window = headers.get("X-BAPI-TIMESTAMP", ""), headers.get("X-BAPI-RECV-WINDOW", "")
    if not (key and sign and sent.isdigit()):
        raise refusal("bad_params", f"empty value: apiTimestamp[{sent}] apiKey[{key}] apiSignature[{sign}]")
    if key != keys.key:
        raise refusal("bad_key")
    check_time(int(sent), int(window) if window.isdigit() else _USUAL_WINDOW_MS, now_ms)
    if not hmac.compare_digest(sign, signature(keys.secret, f"{sent}{key}{window}{payload}")):
        raise refusal("bad_sign", f"origin_string[{sent}{key}{window}{payload}]")
    if writes and keys.read_only:
        raise refusal("no_permission")


def check_time(sent_ms: int, window_ms: int, now_ms: int) -> None:
    """Refuse a request that is older than its window, or from a second ahead.

    Raises:
        Refusal: 10002.
    """
    if not now_ms - window_ms <= sent_ms < now_ms + _AHEAD_MS:
        detail = f"req_timestamp[{sent_ms}],server_timestamp[{now_ms}],recv_window[{window_ms}]"
        raise refusal("bad_time", detail)


def check_socket(keys: KeyFacts, args: object, now_ms: int) -> None:
    """Refuse the `auth` of a socket that is not signed by the key, or has expired.

    Raises:
        Refusal: 10001, 10003, 10004 or, expired, 10002.
    """
    if not isinstance(args, list) or len(args) < 3:
        raise refusal("bad_params", "args invalid, expected [key, expires, signature]")
    key, expires, sign = str(args[0]), args[1], str(args[2])
    if key != keys.key:
        raise refusal("bad_key")
    if not str(expires).isdigit() or int(expires) < now_ms:
        raise refusal("bad_time", "expired")
    if not hmac.compare_digest(sign, signature(keys.secret, f"GET/realtime{expires}")):
        raise refusal("bad_sign")
