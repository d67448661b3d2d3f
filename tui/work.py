"""Work that the TUI starts as jobs: psky commands, each with the words that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from psky.domain.text import THEN, part_title
from psky.domain.time import instant_us

if TYPE_CHECKING:
    from psky.app.backtest import BacktestRequest

HOLDOUT = "holdout"
_RANGE = "range"


class Work(Protocol):
    """What a job does. It can be hashed, so that whoever shows it finds its latest run again; `str` says it."""

    @property
    def command(self) -> tuple[str, ...]:
        """The psky command, without `psky`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Any command."""

    title: str
    command: tuple[str, ...]

    def __str__(self) -> str:
        """Return what it does, as people read it."""
        return self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """One trial on one part of history: what a backtest is a backtest of.

    `part` is `holdout`, `fold_<K>`, or `range_<from>_<to>` with instants as they are typed, either of which may be
    empty; `changes` are overrides, `section.field=value` each.
    """

    symbol: str
    study: str
    trial: int
    part: str = HOLDOUT
    changes: tuple[str, ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """The psky command that runs the backtest."""
        words = ["backtest", "run", self.symbol, "--study", self.study, "--trial", str(self.trial)]
        kind, *ends = self.part.split("_")
        if kind == _RANGE:
            words += [word for flag, end in zip(("--from", "--to"), ends, strict=True) if end for word in (flag, end)]
        elif kind != HOLDOUT:
            words += ["--fold", ends[0]]
        words += [word for change in self.changes for word in ("--set", change)]
        return (*words, "--allow-override") if self.changes else tuple(words)

    @property
    def title(self) -> str:
        """The part and the overrides, as people read them."""
        return ", ".join((part_title(self.part), *self.changes))

    def request(self) -> BacktestRequest:
        """Return what the backtest replays.

        Raises:
            UsageError: an end of the range that is no instant.
            SpecError: a change without a name or an equals sign.
        """
        from psky.app.backtest import BacktestRequest  # noqa: PLC0415 - loads the drivers
        from psky.spec.codec import assignments  # noqa: PLC0415 - same

        ends = self.part.split("_")[1:] if self.part.startswith(_RANGE) else ["", ""]
        start_us, end_us = (instant_us(end) if end else None for end in ends)
        return BacktestRequest(
            symbol=self.symbol,
            study=self.study,
            trial=self.trial,
            part=self.part,
            start_us=start_us,
            end_us=end_us,
            changes=assignments(self.changes),
            allow_override=bool(self.changes),
        )

    def __str__(self) -> str:
        """Return the run as people read it."""
        return THEN.join((self.symbol, self.study, f"trial {self.trial}", self.title))


def same_work(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two commands do the same, whatever the order of their options."""
    return _parts(one) == _parts(other)


def _parts(command: Sequence[str]) -> list[tuple[str, ...]]:
    words = [word for given in command for word in (given.split("=", 1) if given.startswith("--") else [given])]
    starts = [0, *(at for at, word in enumerate(words) if word.startswith("--")), len(words)]
    return sorted(tuple(words[start:end]) for start, end in pairwise(starts))
