"""What a simulation is made of."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from psky.app.simulator import Simulation, load, settled
from psky.app.synth import generate_tape
from psky.app.workspace import Workspace
from psky.domain.time import utc_text
from psky.errors import UsageError
from psky.market.psg1 import Psg1Params
from psky.simulator.config import SimConfig
from psky.spec.codec import replace
from psky.spec.spec import Spec


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root: Path = tmp_path_factory.mktemp("simulator")
    here = Workspace(data_root=root / "data", model_root=root / "models")
    generate_tape(here, "DEMOUSDT", Psg1Params(n=20_000))
    return here


def simulation(start: str | None = None, end: str | None = None) -> Simulation:
    return Simulation(symbol="DEMOUSDT", start=start, end=end, config=SimConfig())


def test_a_range_keeps_its_past_and_not_its_future(workspace: Workspace) -> None:
    whole = load(workspace, simulation())
    begin, stop = (utc_text(int(whole.ts_us[row]) + 1_000_000) for row in (5_000, 15_000))
    part = load(workspace, simulation(begin, stop))

    assert (whole.first_row, len(whole)) == (0, 20_000)
    assert part.ts_us[0] == whole.ts_us[0]
    assert utc_text(part.start_us) >= begin
    assert utc_text(int(part.ts_us[part.first_row - 1])) <= begin
    assert utc_text(int(part.ts_us[-1])) < stop
    assert len(part.core) == len(part.trades.ts_us) < 20_000


def test_a_range_without_trades_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="expected trades in 2100-01-01"):
        load(workspace, simulation("2100-01-01"))


def test_fees_and_margin_are_those_of_the_spec() -> None:
    plain = settled(SimConfig(), replace(Spec(), {"costs.maker_fee_rate": -0.0001}))
    assert (plain.maker_fee_rate, plain.liquidates, plain.leverage) == (Decimal("-0.0001"), False, Decimal(10))
    margin = settled(SimConfig(), replace(Spec(), {"venue.leverage": 150.0}))
    assert (margin.liquidates, margin.leverage, margin.max_leverage) == (True, Decimal("150.0"), Decimal("150.0"))
