"""Connections are made again soon, then later and later, and never more often than is allowed."""

from __future__ import annotations

import random
from itertools import pairwise

from psky.live.feed.backoff import CONNECTIONS, FIRST_S, LONGEST_S, PER_S, Backoff


def _backoff(seed: int, first_s: float = FIRST_S) -> Backoff:
    return Backoff(random.Random(seed), first_s)  # noqa: S311 - draws that must repeat


def _attempts(backoff: Backoff, until_s: float, *, lasts_s: float | None = None) -> list[float]:
    now_s, made = 0.0, []
    while now_s < until_s:
        now_s += backoff.wait_s(now_s)
        backoff.connecting(now_s)
        made.append(now_s)
        if lasts_s is not None:
            backoff.up(now_s)
            now_s += lasts_s
        backoff.down(now_s)
    return made


def test_waits_grow_to_the_longest_and_are_not_in_step() -> None:
    made = [_attempts(_backoff(seed), 600.0) for seed in (1, 2)]
    waits = [later - earlier for earlier, later in pairwise(made[0])]
    assert made[0][0] == 0.0
    assert FIRST_S / 2 <= waits[0] <= FIRST_S
    assert LONGEST_S / 2 <= waits[-1] <= LONGEST_S
    assert made[0][1:] != made[1][1:]


def test_a_connection_that_lasted_starts_afresh() -> None:
    made = _attempts(_backoff(1), 600.0, lasts_s=40.0)
    assert all(later - earlier <= 40.0 + FIRST_S for earlier, later in pairwise(made))


def test_a_server_that_drops_everybody_at_once_is_not_stormed() -> None:
    backoff = _backoff(1, first_s=1e-9)  # as if there were no back-off at all
    now_s, made = 0.0, []
    while now_s < 4 * PER_S:
        now_s += backoff.wait_s(now_s) + 1e-3
        backoff.connecting(now_s)
        backoff.up(now_s)
        made.append(now_s)
        backoff._failures = 0  # noqa: SLF001 - the budget alone
    for start in made:
        assert sum(start <= one < start + PER_S for one in made) <= CONNECTIONS + 1
