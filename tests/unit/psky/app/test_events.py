from __future__ import annotations

from pathlib import Path

import pytest

from psky.app.events import Event, EventFile, Reporter, read_events
from psky.app.job_status import progress_words, status_of
from psky.domain.progress import Progress, stages
from psky.errors import JobError

EVENTS = [
    Event(kind="started", text="tune X"),
    Event(kind="progress", done=1, total=4, unit="trials", rate=0.5, eta_s=6.0, text="best 1 R\nand more"),
    Event(kind="metric", name="score", value=None),
    Event(kind="failed", text="expected \u00e4, found \u2028"),
]


def test_events_are_read_in_the_order_of_their_writing(tmp_path: Path) -> None:
    write = EventFile(tmp_path / "events.jsonl", clock_us=lambda: 0)
    for count, event in enumerate(EVENTS, start=1):
        write(event)
        assert read_events(tmp_path / "events.jsonl") == EVENTS[:count]


def test_a_half_written_line_waits(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    for event in EVENTS:
        EventFile(path, clock_us=lambda: 0)(event)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])

    assert read_events(path) == EVENTS[:-1]


def test_nothing_written_yet_is_no_event(tmp_path: Path) -> None:
    assert read_events(tmp_path / "events.jsonl") == []


def test_an_event_says_when_it_was_written(tmp_path: Path) -> None:
    times = iter((5, 7))
    write = EventFile(tmp_path / "events.jsonl", clock_us=lambda: next(times))
    write(EVENTS[0])
    write(EVENTS[1])

    assert [event.ts_us for event in read_events(tmp_path / "events.jsonl")] == [5, 7]


def test_a_line_that_is_no_event_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"kind":"sung"}\n')

    with pytest.raises(JobError, match=r"events\.jsonl: expected the events of a job"):
        read_events(path)


def test_stages_of_unknown_length_have_neither_share_nor_rate_nor_end() -> None:
    written: list[Event] = []
    say = stages(("checking", "trading", "ended"), Reporter(written.append, lambda _: None, lambda _: None))
    for stage in range(2):
        say(stage)
    status = status_of(written, alive=True, asked_to_stop=False)

    assert (status.share, status.rate, status.eta_s) == (None, None, None)
    assert progress_words(status) == "trading"


def test_a_reporter_tells_rate_and_time_left() -> None:
    written: list[Event] = []
    shown: list[Progress] = []
    said: list[str] = []
    times = iter((10.0, 12.0))
    report = Reporter(written.append, shown.append, said.append, clock_s=lambda: next(times))
    report(Progress(done=100, total=500, unit="rows"))
    report(Progress(done=200, total=500, unit="rows"))
    report.metric("score", 1.5)
    report.warning("most bars are touches")

    assert [(event.rate, event.eta_s) for event in written[:2]] == [(None, None), (50.0, 6.0)]
    assert [progress.done for progress in shown] == [100, 200]
    assert written[2:] == [
        Event(kind="metric", name="score", value=1.5),
        Event(kind="warning", text="most bars are touches"),
    ]
    assert said == ["warning: most bars are touches"]
