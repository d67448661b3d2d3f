"""A journal keeps what it was told, in order, and tells when it no longer does."""

from __future__ import annotations

import math
import sqlite3
import struct
from pathlib import Path

import msgspec
import pytest

from psky.domain.side import Side
from psky.errors import JournalError
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter

FEATURES = struct.pack("<3d", 1.5, math.nan, -0.0)
VERDICT = records.Verdict(
    row=3, side=Side.SHORT, limit_ticks=100, stop_distance_ticks=4, target_distance_ticks=6, qty_lots=2,
    entry_ttl_us=60, hold_us=600, repeg_ticks=0, expected_entry_ticks=100.5, features=FEATURES, p=0.1 + 0.2,
    p_lower=0.2, gain_r=1.4, loss_r=-1.1, trend_p=None, regime_p=None, ev_r=0.3, ev_lower_r=0.1, reason=0, enter=True,
)  # fmt: skip


FLAT = (
    '{"kind":"verdict","row":3,"side":-1,"limit_ticks":100,"stop_distance_ticks":4,"target_distance_ticks":6,"qty_lots":2,'
    '"entry_ttl_us":60,"hold_us":600,"repeg_ticks":0,"expected_entry_ticks":100.5,'
    '"features":"AAAAAAAA+D8AAAAAAAD4fwAAAAAAAACA","p":0.30000000000000004,"p_lower":0.2,"gain_r":1.4,"loss_r":-1.1,'
    '"trend_p":null,"regime_p":null,"ev_r":0.3,"ev_lower_r":0.1,"reason":0,"enter":true,"held":""}'
)
"""The verdict as journals have had it since the first."""


def _written(path: Path, count: int = 3) -> JournalWriter:
    writer = JournalWriter(path, durable=False, clock_us=lambda: 7)
    for ts_us in range(count):
        writer.append(records.Clock(), ts_us)
    writer.commit()
    return writer


def test_what_was_noted_comes_back_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with JournalWriter(path, durable=True) as writer:
        writer.append(VERDICT, 5)
    with JournalReader(path) as reader:
        (row,) = reader.rows()
        assert row.record == VERDICT
        assert (row.seq, row.ts_us) == (1, 5)


def test_a_verdict_of_an_old_journal_is_read() -> None:
    assert msgspec.json.decode(FLAT, type=records.Verdict) == VERDICT
    assert msgspec.json.decode(msgspec.json.encode(VERDICT)) == msgspec.json.decode(FLAT)


def test_a_journal_is_read_while_it_is_written(tmp_path: Path) -> None:
    writer = _written(tmp_path / "journal.db")
    with JournalReader(tmp_path / "journal.db") as reader:
        assert reader.verify().records == 3
        writer.append(VERDICT, 9)
        assert reader.last(records.Verdict) is None
        writer.commit()
        found = reader.last(records.Verdict)
        assert found is not None
        assert found[0].seq == 4
        assert reader.verify().digest == writer.digest
    writer.close()


def test_the_next_process_goes_on_where_the_last_one_was_killed(tmp_path: Path) -> None:
    first = _written(tmp_path / "journal.db")
    first.append(VERDICT, 9)  # never committed, as if the process had died here
    first._connection.close()  # noqa: SLF001 - as the system closes the files of a killed process
    with JournalWriter(tmp_path / "journal.db", durable=False) as second:
        assert second.seq == 3
        second.append(records.Mode(mode="trading", why="all features are ready"), 10)
    with JournalReader(tmp_path / "journal.db") as reader:
        assert [row.seq for row in reader.rows()] == [1, 2, 3, 4]
        reader.verify()


def test_the_log_refuses_changes(tmp_path: Path) -> None:
    _written(tmp_path / "journal.db").close()
    connection = sqlite3.connect(tmp_path / "journal.db")
    for statement in ("UPDATE log SET ts_us = 0", "DELETE FROM log"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE log SET ts_us = 99 WHERE seq = 2", "DELETE FROM log WHERE seq = 2", "DELETE FROM log WHERE seq = 1"],
)
def test_a_journal_that_was_tampered_with_does_not_verify(tmp_path: Path, tampering: str) -> None:
    _written(tmp_path / "journal.db").close()
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.executescript(f"DROP TRIGGER log_keeps; DROP TRIGGER log_stays; {tampering};")
    connection.close()
    with JournalReader(tmp_path / "journal.db") as reader, pytest.raises(JournalError, match="expected the record"):
        reader.verify()


def test_a_damaged_state_is_passed_over_for_the_one_before(tmp_path: Path) -> None:
    with _written(tmp_path / "journal.db") as writer:
        for blob in (b"first", b"second", b"third"):
            writer.save_state(blob, 3)
        writer.commit()
        with JournalReader(tmp_path / "journal.db") as reader:
            assert reader.state() == (6, b"third")
            damage = sqlite3.connect(tmp_path / "journal.db")
            damage.executescript("UPDATE state SET blob = x'00' WHERE seq = 6")
            damage.close()
            assert reader.state() == (5, b"second")


def test_what_is_shown_is_replaced(tmp_path: Path) -> None:
    with _written(tmp_path / "journal.db") as writer, JournalReader(tmp_path / "journal.db") as reader:
        assert reader.now("status") is None
        for lots in (1, 2):
            writer.show("status", {"lots": lots})
            writer.commit()
        assert reader.now("status") == (7, {"lots": 2})


def test_other_files_are_no_journals(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="found none"):
        JournalReader(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("not a database, but long enough to be looked into" * 20)
    with pytest.raises(JournalError):
        JournalReader(text)
    other = sqlite3.connect(tmp_path / "other.db")
    other.executescript("PRAGMA application_id = 5; CREATE TABLE t (a)")
    other.close()
    with pytest.raises(JournalError, match="application 0x5"):
        JournalWriter(tmp_path / "other.db", durable=False)
