"""Where a session trades. Hosts of the exchange are pybit's business: it is told `testnet` and `demo`, no addresses."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from psky.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A place to trade.

    `colour` is how front ends show it, a word of the themes. `address` and `socket_address` take the place of the
    exchange's own where they are given.
    """

    name: str
    about: str
    testnet: bool = False
    demo: bool = False
    real_money: bool = False
    needs_keys: bool = True
    own_venue: bool = False
    """The account is simulated by psky itself on what the exchange tells to everybody."""
    colour: str = "success"
    address: str | None = None
    socket_address: str | None = None


ENVIRONMENTS: Final[Mapping[str, Environment]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Environment(
                name="sim", about="a Bybit on this machine (psky sim serve)", needs_keys=False, colour="primary"
            ),
            Environment(
                name="paper",
                about="the real market, an account simulated by psky",
                needs_keys=False,
                own_venue=True,
                colour="accent",
            ),
            Environment(name="demo", about="Bybit's demo account: play money", demo=True, colour="success"),
            Environment(name="testnet", about="Bybit's test network", testnet=True, colour="warning"),
            Environment(name="live", about="real money", real_money=True, colour="error"),
        )
    }
)


def environment(name: str, address: str | None = None) -> Environment:
    """Return an environment: `sim` lies at `address`, `paper` hears its market there if it is not to be Bybit's.

    Raises:
        UsageError: no such environment, no address for `sim`, or an address for one that is the exchange's own.
    """
    found = ENVIRONMENTS.get(name)
    if found is None:
        raise UsageError(f"expected an environment among {', '.join(ENVIRONMENTS)}, found {name!r}")
    if name == "sim" and address is None:
        raise UsageError("expected the simulator's address (--address http://127.0.0.1:PORT) with sim, found none")
    if found.needs_keys and address is not None:
        raise UsageError(f"expected no address with the environment {name}, found {address}")
    return found if address is None else at_address(found, address)


def at_address(environment: Environment, address: str) -> Environment:
    """Return an environment that lies at an address of this machine, such as `http://127.0.0.1:8765`.

    Raises:
        UsageError: an address of another machine.
    """
    if not address.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:")):
        raise UsageError(f"expected an address on this machine such as http://127.0.0.1:8765, found {address!r}")
    base = address.rstrip("/")
    return dataclasses.replace(environment, address=base, socket_address=f"ws{base.removeprefix('http')}")
