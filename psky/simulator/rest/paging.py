"""Windows of time and pages with cursors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from psky.simulator.errors import refusal
from psky.simulator.forms import Params, integer, text
from psky.simulator.shapes import Row

T = TypeVar("T")
_WEEK_MS = 7 * 86_400_000


def page(found: Sequence[T], row: Callable[[T], Row], params: Params, *, most: int, usual: int) -> dict[str, Any]:
    """Return the rows of the page that `cursor` and `limit` name, with the cursor of the next, empty at the end.

    Raises:
        Refusal: a limit that is no positive number, or a cursor that no page had.
    """
    limit = integer(params, "limit", usual)
    if limit < 1:
        raise refusal("bad_params", "limit invalid")
    start = _row_of(text(params, "cursor"))
    stop = start + min(limit, most)
    cursor = quote(f"page:{stop}") if stop < len(found) else ""
    return {"list": [row(one) for one in found[start:stop]], "nextPageCursor": cursor}


def _row_of(cursor: str) -> int:
    if not cursor:
        return 0
    # Clients hand a cursor back as it came, or quoted once more.
    name, _, number = unquote(unquote(cursor)).partition(":")
    if name != "page" or not number.isdigit():
        raise refusal("bad_params", "cursor invalid")
    return int(number)


def window(params: Params) -> Callable[[int], bool]:
    """Return what tells whether a time (us) is from `startTime` to `endTime`: a week at most, and where one is missing.

    Raises:
        Refusal: a longer window, or what is no time.
    """
    start, end = integer(params, "startTime", 0), integer(params, "endTime", 0)
    if start and end and end - start > _WEEK_MS:
        raise refusal("bad_params", "startTime and endTime may not be more than 7 days apart")
    first = start or (end and end - _WEEK_MS)
    last = end or (start and start + _WEEK_MS)
    return lambda ts_us: (not first or ts_us // 1000 >= first) and (not last or ts_us // 1000 <= last)
