"""What the tests of the simulator share: pybit and lock-step at whatever `sim` a file runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pybit.unified_trading import HTTP

from tests.sim_site import Pacer, Sim, pacer


@pytest.fixture
def time(sim: Sim) -> Iterator[Pacer]:
    with pacer(sim) as moving:
        yield moving


@pytest.fixture
def http(sim: Sim) -> HTTP:
    return sim.http()
