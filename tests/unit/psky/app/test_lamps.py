from __future__ import annotations

from dataclasses import replace

from psky.app.lamps import State, quality_lamps
from psky.ingest.quality import QualityReport
from psky.store.records import Gap
from tests.tui.fake_data import DAY_US, report

CLEAN = replace(report("X"), gaps=(), rejected=0, duplicates=0, overlaps=(), outliers=0)


def states(of: QualityReport) -> dict[str, State]:
    return {lamp.name: lamp.state for lamp in quality_lamps(of)}


def test_a_clean_tape_is_good_throughout() -> None:
    assert set(states(CLEAN).values()) == {"good"}


def test_each_doubt_lights_its_own_lamp() -> None:
    hour, day = Gap(start_us=0, end_us=DAY_US // 24), Gap(start_us=0, end_us=DAY_US)
    cases: list[tuple[QualityReport, str, State]] = [
        (replace(CLEAN, gaps=(hour,)), "silence", "doubtful"),
        (replace(CLEAN, gaps=(hour, day)), "silence", "bad"),
        (replace(CLEAN, rejected=1), "rows", "doubtful"),
        (replace(CLEAN, rejected=CLEAN.rows), "rows", "bad"),
        (replace(CLEAN, overlaps=report("X").overlaps), "twice", "doubtful"),
        (replace(CLEAN, duplicates=1), "twice", "bad"),
        (replace(CLEAN, outliers=1), "jumps", "bad"),
        (replace(CLEAN, funding=replace(CLEAN.funding, stamps=0)), "funding", "doubtful"),
        (replace(CLEAN, funding=replace(CLEAN.funding, widest_step_h=24.0)), "funding", "doubtful"),
    ]
    for found, name, state in cases:
        lit = {lamp: of for lamp, of in states(found).items() if of != "good"}
        assert lit == {name: state}
