"""What the other published values of overlapping labels say (AFML 2018, chapter 4), tick by tick.

A label covers the whole ticks t0..t1, its ends included. psky weighs labels by `psky.learn.weights`, which these count
out; it neither draws nor weighs labels in the other ways.
"""

from __future__ import annotations

from collections.abc import Sequence

Labels = Sequence[tuple[int, int]]


def alive(labels: Labels, tick: int) -> int:
    """Return how many labels cover a tick (snippet 4.1)."""
    return sum(start <= tick <= end for start, end in labels)


def average_uniqueness(labels: Labels, among: Labels) -> list[float]:
    """Return the mean of 1 / concurrency over the ticks of each label, counted `among` others (snippet 4.2)."""
    return [
        sum(1 / max(1, alive(among, tick)) for tick in range(start, end + 1)) / (end - start + 1)
        for start, end in labels
    ]


def sequential_draw(labels: Labels, drawn: Sequence[int]) -> list[float]:
    """Return how probable each label is as the next draw of a sequential bootstrap (section 4.5)."""
    chosen = [labels[row] for row in drawn]
    unique = [average_uniqueness([label], [*chosen, label])[0] for label in labels]
    return [value / sum(unique) for value in unique]


def return_attribution(labels: Labels, returns: Sequence[float]) -> list[float]:
    """Return weights by the absolute return that is a label's own, with mean 1 (snippet 4.10)."""
    own = [abs(sum(returns[tick] / alive(labels, tick) for tick in range(s, e + 1))) for s, e in labels]
    return [value * len(own) / sum(own) for value in own]


def time_decay(uniqueness: Sequence[float], oldest: float) -> list[float]:
    """Return weights that fall linearly with the uniqueness that came after a label (snippet 4.11)."""
    passed = [sum(uniqueness[: row + 1]) for row in range(len(uniqueness))]
    slope = (1 - oldest) / passed[-1] if oldest >= 0 else 1 / ((oldest + 1) * passed[-1])
    return [max(1 - slope * (passed[-1] - before), 0.0) for before in passed]
