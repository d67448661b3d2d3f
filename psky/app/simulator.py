"""Serve a tape as a Bybit on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from psky.app.data import load_trades
from psky.app.synth import default_spec
from psky.app.workspace import Workspace
from psky.domain.rules import decimal_of
from psky.domain.time import instant_us
from psky.engine.venue import venue_config
from psky.errors import UsageError
from psky.market.tape import tape_fingerprint, tape_from_columns
from psky.simulator.config import SimConfig
from psky.simulator.faults import FaultPlan, read_plan
from psky.simulator.server import Running, serve_until_over, serving
from psky.simulator.tape import SimTape
from psky.spec.spec import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What is to be simulated."""

    symbol: str
    spec: Spec | None = None
    """Whose venue and costs it has; what a new study of the tape begins with where None."""
    start: str | None = None
    end: str | None = None
    """UTC; the whole tape where None."""
    speed: float = 1.0
    port: int = 0
    linger_s: float = 0.0
    faults: Path | None = None
    config: SimConfig


def simulate(workspace: Workspace, simulation: Simulation, on_start: Callable[[Running], None]) -> None:
    """Serve until the tape is over or SIGTERM or SIGINT comes; `on_start` is told where.

    Raises:
        UsageError: no such symbol, or no trade in the range.
        DataError: trades that do not make a tape.
        SpecError: a plan of faults that is none.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    plan = read_plan(simulation.faults) if simulation.faults else FaultPlan()
    tape = load(workspace, simulation)
    spec = simulation.spec or default_spec(tape.instrument)
    served = serving(
        tape,
        venue_config(spec, tape.instrument),
        settled(simulation.config, spec),
        plan,
        speed=simulation.speed,
        port=simulation.port,
    )
    asyncio.run(serve_until_over(served, simulation.linger_s, on_start))


def load(workspace: Workspace, simulation: Simulation) -> SimTape:
    """Return the tape of a simulation; what came before its start is its past.

    Raises:
        UsageError: no such symbol, or no trade in the range.
        DataError: trades that do not make a tape.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    stored = load_trades(workspace, simulation.symbol)
    trades = stored.trades
    if simulation.end is not None:
        trades = trades.take(slice(int(trades.ts_us.searchsorted(instant_us(simulation.end)))))
    fingerprint = tape_fingerprint(stored.fingerprint, stored.instrument, stored.funding)
    tape = tape_from_columns(trades, stored.instrument, fingerprint, stored.funding)
    whole = SimTape(
        core=tape.core,
        instrument=tape.instrument,
        fingerprint=fingerprint,
        funding=tape.funding,
        trades=trades,
    )
    first = whole.first_at(instant_us(simulation.start)) if simulation.start is not None else 0
    if first >= len(whole):
        span = " to ".join(text for text in (simulation.start, simulation.end) if text)
        raise UsageError(f"{simulation.symbol}: expected trades in {span or 'its tape'}, found none")
    return replace(whole, first_row=first)


def settled(config: SimConfig, spec: Spec) -> SimConfig:
    """Return the settings of an account with the fees and the margin of a spec."""
    leverage = decimal_of(spec.venue.leverage) if spec.venue.leverage else config.leverage
    return replace(
        config,
        leverage=leverage,
        max_leverage=max(config.max_leverage, leverage),
        liquidates=spec.venue.leverage > 0,
        maintenance_rate=decimal_of(spec.venue.maintenance_rate),
        maker_fee_rate=decimal_of(spec.costs.maker_fee_rate),
        taker_fee_rate=decimal_of(spec.costs.taker_fee_rate),
    )
