from __future__ import annotations

from pathlib import Path

from psky.app.events import Event, EventFile, progress_event, read_events
from psky.domain.progress import Progress

EVENTS = [
    Event(kind="started", text="tune X"),
    progress_event(Progress(done=1, total=4, unit="trials", text="best 1 R\nand more")),
    Event(kind="failed", text="expected \u00e4, found \u2028"),
]


def test_events_are_read_in_the_order_of_their_writing(tmp_path: Path) -> None:
    write = EventFile(tmp_path / "events.jsonl")
    for count, event in enumerate(EVENTS, start=1):
        write(event)
        assert read_events(tmp_path / "events.jsonl") == EVENTS[:count]


def test_a_half_written_line_waits(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    for event in EVENTS:
        EventFile(path)(event)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])

    assert read_events(path) == EVENTS[:-1]


def test_nothing_written_yet_is_no_event(tmp_path: Path) -> None:
    assert read_events(tmp_path / "events.jsonl") == []
