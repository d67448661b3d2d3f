"""What a canary is, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from psky.replay.canaries.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was checked, how often, and how many of the checks failed; `reason` says what failed, empty if nothing."""

    checked: int
    unit: str
    faults: int
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether something was checked and nothing failed."""
        return self.checked > 0 and self.faults == 0


Check = Callable[[Subject], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A check that must pass, and the same check on a planted leak, which must not."""

    code: str
    """As in METHOD 8.4."""
    claim: str
    check: Check
    leak: str
    control: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryResult:
    """A canary that was run, with its positive control."""

    code: str
    claim: str
    leak: str
    found: Finding
    control: Finding

    @property
    def state(self) -> str:
        """`passes`, `fires`, or `blind`: its control did not fire, so that it proves nothing."""
        if self.control.passed or not self.control.checked:
            return "blind"
        return "passes" if self.found.passed else "fires"


def run(canary: Canary, subject: Subject) -> CanaryResult:
    """Run a canary and its control."""
    return CanaryResult(
        code=canary.code,
        claim=canary.claim,
        leak=canary.leak,
        found=canary.check(subject),
        control=canary.control(subject),
    )
