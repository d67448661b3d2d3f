"""Each environment is where it says, and the simulator is nowhere but on this machine."""

from __future__ import annotations

import pytest

from psky.errors import UsageError
from psky.live.environments import ENVIRONMENTS, environment


def test_only_one_is_real_money_and_hosts_are_pybits() -> None:
    assert [one.name for one in ENVIRONMENTS.values() if one.real_money] == ["live"]
    assert all(one.address is None for one in ENVIRONMENTS.values())
    assert environment("demo").demo
    assert environment("testnet").testnet


def test_each_is_told_by_a_colour_of_its_own() -> None:
    colours = [one.colour for one in ENVIRONMENTS.values()]
    assert len(set(colours)) == len(colours) == 5


def test_paper_needs_no_keys_and_hears_the_real_market_or_one_of_this_machine() -> None:
    real, here = environment("paper"), environment("paper", "http://localhost:8765")
    assert real.own_venue
    assert not any((real.needs_keys, real.real_money, real.testnet, real.demo))
    assert (real.address, here.address, here.socket_address) == (None, "http://localhost:8765", "ws://localhost:8765")
    assert [one.name for one in ENVIRONMENTS.values() if one.own_venue] == ["paper"]


def test_the_simulator_has_an_address_on_this_machine() -> None:
    found = environment("sim", "http://127.0.0.1:8765/")
    assert (found.address, found.socket_address) == ("http://127.0.0.1:8765", "ws://127.0.0.1:8765")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("sim", None),
        ("live", "http://127.0.0.1:1"),
        ("sim", "http://exchange.example:80"),
        ("paper", "https://exchange.example:80"),
        ("moon", None),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, address: str | None) -> None:
    with pytest.raises(UsageError):
        environment(name, address)
