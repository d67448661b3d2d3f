"""What was found of the truth, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benches.truth.seeds import SeedResult
from benches.truth.thresholds import (
    GROSS_R,
    MARTINGALE,
    MAX_DECLARED_SHARE,
    MAX_OPEN_SHARE,
    MIN_GROSS_GAIN_R,
    PLANTED,
    Threshold,
    mean_gross,
    open_share,
)
from psky.app.audit import passed
from psky.replay.canaries.finding import CanaryResult


def seed_lines(results: Sequence[SeedResult]) -> Iterator[str]:
    """Yield a line for each seed: the verdict and the numbers that the thresholds are made of."""
    for one in results:
        r = one.truth
        yield (
            f"{one.task.kind} {one.task.seed}: {one.edge}; AUC {_of(r.auc)} (oracle {_of(r.oracle_auc)}), "
            f"RMSE {r.rmse:.3f}, bias {r.bias:+.3f}, ECE {r.ece:.3f} (limit {r.ece_limit:.3f}); gate open for "
            f"{r.open_share:.1%} of {r.tested:,} touches; {r.entered:,} gated trades: EV(p) {_of(r.ev_r)}, "
            f"EV(p_L) {_of(r.ev_lower_r)}, true {_of(r.true_ev_r)}, realised {_of(r.realised_r)} R "
            f"(SE {_of(r.realised_error_r)}, PSR {_of(r.realised_psr)}); PBO {_of(one.pbo)} of "
            f"{one.distinct_trials or 'no'} distinct trials; {one.cpu_s:.0f} CPU s"
        )
        if not one.found:
            yield f"  because: {'; '.join(one.reasons[:3])}"
        if one.gross:
            yield f"  gross {one.gross.touch_r:+.3f} R under touch, {one.gross.through_r:+.3f} R under through"


def threshold_lines(planted: Sequence[SeedResult], martingale: Sequence[SeedResult]) -> Iterator[str]:
    """Yield a line for each threshold of METHOD 8.5 with what each seed measured; a star marks what misses it."""
    for kind, thresholds, results in (("planted", PLANTED, planted), ("martingale", MARTINGALE, martingale)):
        for threshold in thresholds:
            met = sum(threshold.holds(one.truth) for one in results)
            measured = " ".join(_measured(threshold, one) for one in results)
            yield f"{kind}: {threshold.name}: {met}/{len(results)} seeds ({measured})"
    share = open_share(list(martingale))
    yield f"martingale: gate open for <= {MAX_OPEN_SHARE:.0%} of touches in the median seed: {share:.1%}"


def stress_lines(results: Sequence[SeedResult]) -> Iterator[str]:
    """Yield what a martingale without fees showed, where it was run."""
    gross = mean_gross(results)
    if gross is not None:
        low_r, high_r = GROSS_R
        declared, gain_r = sum(one.found for one in results), gross.touch_r - gross.through_r
        yield f"stress: declared {declared}/{len(results)}, at most {MAX_DECLARED_SHARE:.0%}"
        yield f"stress: gross under through within [{low_r:.2f}, {high_r:.2f}] R: {gross.through_r:+.3f}"
        yield f"stress: gross under touch less that >= {MIN_GROSS_GAIN_R:.2f} R: {gain_r:+.3f}"


def canary_lines(results: Sequence[CanaryResult]) -> Iterator[str]:
    """Yield a line for each canary."""
    for one in results:
        yield (
            f"{one.code} {one.state}: {one.claim} ({one.found.faults} of {one.found.checked} {one.found.unit} fail); "
            f"control: {one.leak}, found in {one.control.faults} of {one.control.checked}"
        )


def last_line(
    planted: Sequence[SeedResult], martingale: Sequence[SeedResult], canaries: tuple[CanaryResult, ...]
) -> str:
    """Return the line that says it all."""
    found, declared = (sum(one.found for one in results) for results in (planted, martingale))
    return (
        f"planted: found {found}/{len(planted)}; martingale: declared {declared}/{len(martingale)}; "
        f"canaries: {passed(canaries)}/{len(canaries)}"
    )


def _measured(threshold: Threshold, one: SeedResult) -> str:
    value = threshold.measure(one.truth)
    return f"{value:.0f}{_star(threshold, one)}" if value > 10 else f"{value:+.3f}{_star(threshold, one)}"


def _star(threshold: Threshold, one: SeedResult) -> str:
    return "" if threshold.holds(one.truth) else "*"


def _of(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
