"""The tabs, in the order of their numbers. Each keeps a stack of panels of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab: the key that opens it, its name, and what the palette says of it."""

    key: str
    name: str
    about: str


DATA = Tab(key="1", name="data", about="What the tapes cover, and their candles")
STUDIES = Tab(key="2", name="studies", about="Every study of every symbol")
BACKTEST = Tab(key="3", name="backtest", about="Every backtest that was run, and two side by side")
LIVE = Tab(key="4", name="live", about="Sessions that trade, and recorded ones")
JOBS = Tab(key="5", name="jobs", about="Every job, whoever started it")
TABS = (DATA, STUDIES, BACKTEST, LIVE, JOBS)
