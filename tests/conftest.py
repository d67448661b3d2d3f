"""The small market of `tests.house`, made once: read it, or take a copy to write to."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from psky.market.tape import MarketTape
from psky.replay.dataset import Dataset, build_dataset
from tests import house

# How long an example takes says how busy the machine is.
settings.register_profile("psky", deadline=None)
settings.load_profile("psky")

# A shell starts what it leaves in the background with Ctrl-C ignored, which the processes of tests would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def tape() -> MarketTape:
    """The small market, for reading."""
    return house.tape_of(house.columns())


@pytest.fixture(scope="session")
def dataset(tape: MarketTape) -> Dataset:
    """The small market under the quick spec."""
    return build_dataset(tape, house.QUICK)


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in whose store holds the small market, for reading."""
    root = tmp_path_factory.mktemp("stocked")
    house.stock(house.workspace(root).store_path(house.SYMBOL))
    return root


@pytest.fixture(scope="session")
def tuned(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a judged study `first` of four trials and a summary of each, for reading."""
    root = tmp_path_factory.mktemp("tuned") / "house"
    shutil.copytree(stocked, root)
    house.tune(house.workspace(root), "first", 4, all_summaries=True)
    return root


@pytest.fixture
def own_stocked(stocked: Path, tmp_path: Path) -> Path:
    """A copy of `stocked` to write to."""
    return Path(shutil.copytree(stocked, tmp_path / "house"))


@pytest.fixture
def own_tuned(tuned: Path, tmp_path: Path) -> Path:
    """A copy of `tuned` to write to."""
    return Path(shutil.copytree(tuned, tmp_path / "house"))
