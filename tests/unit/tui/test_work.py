from __future__ import annotations

from dataclasses import replace

import pytest

from psky.errors import SpecError, UsageError
from tui.work import RunKey, Task, same_work

KEY = RunKey(symbol="BTCJPY", study="s", trial=3)
HOLDOUT = ("backtest", "run", "BTCJPY", "--study", "s", "--trial", "3")


@pytest.mark.parametrize(
    ("part", "changes", "more"),
    [
        ("holdout", (), ()),
        ("fold_2", (), ("--fold", "2")),
        ("range_2018-01-24_2018-01-25T09:30", (), ("--from", "2018-01-24", "--to", "2018-01-25T09:30")),
        ("range__2018-01-25", (), ("--to", "2018-01-25")),
        ("holdout", ("venue.fill=touch",), ("--set", "venue.fill=touch", "--allow-override")),
    ],
)
def test_the_command_names_part_and_overrides(part: str, changes: tuple[str, ...], more: tuple[str, ...]) -> None:
    assert replace(KEY, part=part, changes=changes).command == (*HOLDOUT, *more)


def test_a_run_says_what_it_replays() -> None:
    key = replace(KEY, part="range_20180124_20180125", changes=("venue.fill=touch",))

    assert key.title == "20180124 to 20180125, venue.fill=touch"
    assert key.request().start_us == 1_516_752_000_000_000
    assert key.request().changes == {"venue.fill": "touch"}


@pytest.mark.parametrize(("changes", "part"), [(("venue.fill",), "holdout"), ((), "range_yesterday_")])
def test_what_is_no_backtest_is_refused(changes: tuple[str, ...], part: str) -> None:
    with pytest.raises((SpecError, UsageError), match="expected"):
        replace(KEY, part=part, changes=changes).request()


def test_work_is_the_same_whatever_the_order_of_its_options() -> None:
    shuffled = ["backtest", "run", "BTCJPY", "--trial=3", "--study", "s"]

    assert same_work(shuffled, HOLDOUT)
    assert not same_work([*HOLDOUT, "--fold", "1"], HOLDOUT)
    assert not same_work(Task(title="train", command=("train", "BTCJPY")).command, HOLDOUT)
