"""Faults on request: what goes wrong, how often, and in which part of the simulation; the same seed, the same draws."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from psky.errors import SpecError

Kind = Literal[
    "drop",
    "delay",
    "duplicate",
    "reorder",
    "cut",
    "silent",
    "restart",
    "http",
    "ret_code",
    "lost_request",
    "lost_answer",
]
Where = Literal["public", "private", "trade", "rest"]
FRAME_KINDS: frozenset[str] = frozenset({"drop", "delay", "duplicate", "reorder", "cut", "silent", "restart"})
REQUEST_KINDS: frozenset[str] = frozenset({"delay", "http", "ret_code", "lost_request", "lost_answer", "restart"})


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. Times are seconds of the tape since the simulation began, durations seconds of the wall."""

    kind: Kind
    on: Where | Literal["any"] = "any"
    path: str = ""
    """Only requests whose path begins with it, or topics that do."""
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    """Of frames or requests."""
    count: Annotated[int, Meta(ge=0)] = 0
    """At most so often; 0 without end."""
    from_s: float = 0.0
    until_s: float = float("inf")
    seconds: Annotated[float, Meta(ge=0, le=600)] = 1.0
    """How long a delay, a silence or a restart lasts."""
    status: int = 429
    """Of the HTTP answer, for `http`."""
    code: int = 10016
    """For `ret_code`."""


class FaultPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rules, with the seed of their draws."""

    seed: int = 0
    skew_ms: int = 0
    """How far the server's clock is ahead."""
    faults: tuple[Fault, ...] = ()


def read_plan(path: Path) -> FaultPlan:
    """Read a plan from a TOML file.

    Raises:
        SpecError: the file is missing or holds something that is no plan.
    """
    try:
        return plan_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: expected a readable plan of faults, found: {error}") from error


def plan_of(values: Any) -> FaultPlan:  # noqa: ANN401 - decoded TOML or JSON
    """Return the plan of plain values.

    Raises:
        SpecError: an unknown key or an impossible value.
    """
    try:
        return msgspec.convert(values, FaultPlan)
    except msgspec.ValidationError as error:
        raise SpecError(f"plan of faults: {error}") from error


class Faults:
    """The plan at work."""

    def __init__(self, plan: FaultPlan) -> None:
        self.use(plan)

    def use(self, plan: FaultPlan) -> None:
        """Go by another plan from now on, with fresh draws and counts."""
        self.plan = plan
        self.counts = [0] * len(plan.faults)
        self._random = random.Random(plan.seed)  # noqa: S311 - draws that must repeat

    @property
    def skew_ms(self) -> int:
        """How far the server's clock is ahead of the wall."""
        return self.plan.skew_ms

    def of_frame(self, where: Where, topic: str, elapsed_s: float) -> Fault | None:
        """Return what goes wrong with a frame, if anything does."""
        return self._draw(FRAME_KINDS, where, topic, elapsed_s)

    def of_request(self, path: str, elapsed_s: float) -> Fault | None:
        """Return what goes wrong with a request, if anything does."""
        return self._draw(REQUEST_KINDS, "rest", path, elapsed_s)

    def _draw(self, kinds: frozenset[str], where: Where, path: str, elapsed_s: float) -> Fault | None:
        for number, fault in enumerate(self.plan.faults):
            if fault.kind not in kinds or fault.on not in {"any", where} or not path.startswith(fault.path):
                continue
            is_due = fault.from_s <= elapsed_s < fault.until_s
            is_spent = fault.count and self.counts[number] >= fault.count
            if is_due and not is_spent and self._random.random() < fault.share:
                self.counts[number] += 1
                return fault
        return None
