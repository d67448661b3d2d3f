"""A kept tape is mapped, whatever is wrong with its file is noticed, and nothing that goes wrong stops anybody."""

from __future__ import annotations

import dataclasses
import fcntl
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from psky._core import Tape
from psky.domain.instrument import Instrument
from psky.log import write_to
from psky.market.kept_tape import KeptTape
from psky.market.tape import core_tape
from tests.bybit_answers import RULES
from tests.kept_tapes import INSTRUMENT, keep_at_once, trades

WHOLE = core_tape(trades(1000), INSTRUMENT)


def kept(folder: Path, files: str = "files", instrument: Instrument = INSTRUMENT) -> KeptTape:
    return KeptTape(path=folder / "XYZ.tape", files=files, instrument=instrument)


def same(found: Tape | None, tape: Tape = WHOLE) -> bool:
    return found is not None and all(
        np.array_equal(getattr(found, name), getattr(tape, name)) for name in ("ts_us", "price_ticks")
    )


def mapping(path: Path) -> list[str]:
    """Return how this process maps a file: the rights of each mapping."""
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return [line.split()[1] for line in lines if line.endswith(str(path))]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    write_to(tmp_path / "psky.log")
    return tmp_path / "psky.log"


def test_a_kept_tape_is_mapped_for_reading_and_shared(tmp_path: Path) -> None:
    place = kept(tmp_path)
    assert place.find() is None

    tape = place.keep(WHOLE)
    again = place.find()

    assert same(tape)
    assert same(again)
    assert mapping(place.path) == ["r--s", "r--s"]
    assert [file.name for file in tmp_path.iterdir()] == ["XYZ.tape"]
    del tape, again
    assert mapping(place.path) == []


def test_the_tape_of_other_files_or_steps_is_not_found(tmp_path: Path, log: Path) -> None:
    kept(tmp_path).keep(WHOLE)
    finer = dataclasses.replace(INSTRUMENT, price_decimals=2)

    for other in (kept(tmp_path, files="others"), kept(tmp_path, instrument=finer)):
        assert other.find() is None
    assert log.read_text().count("found that of others") == 2


def test_rules_in_the_steps_that_the_tape_prints_change_nothing(tmp_path: Path) -> None:
    kept(tmp_path).keep(WHOLE)
    rules = dataclasses.replace(RULES, tick=Decimal("0.10"), lot=Decimal("1E-3"))

    assert same(kept(tmp_path, instrument=dataclasses.replace(INSTRUMENT, rules=rules)).find())


@pytest.mark.parametrize(
    ("at", "reason"),
    [(0, "found other bytes"), (8, "found version"), (20, "found it damaged"), (130, "found it damaged")],
)
def test_a_damaged_file_is_named_and_made_anew(tmp_path: Path, log: Path, at: int, reason: str) -> None:
    place = kept(tmp_path)
    place.keep(WHOLE)
    damaged = bytearray(place.path.read_bytes())
    damaged[at] ^= 4
    place.path.write_bytes(damaged)

    assert place.find() is None
    (line,) = log.read_text().splitlines()
    assert "XYZ.tape" in line
    assert reason in line
    assert same(place.keep(WHOLE))
    assert same(place.find())


@pytest.mark.parametrize("size", [0, 1, 127, 128, 9000])
def test_a_file_that_was_cut_off_is_never_touched_beyond_its_end(tmp_path: Path, size: int) -> None:
    place = kept(tmp_path)
    place.keep(WHOLE)
    place.path.write_bytes(place.path.read_bytes()[:size])

    assert place.find() is None


def test_what_is_no_file_is_not_found_and_stays(tmp_path: Path, log: Path) -> None:
    place = kept(tmp_path)
    place.path.mkdir()

    assert place.find() is None
    assert place.keep(WHOLE) is WHOLE
    assert "tape not kept" in log.read_text().splitlines()[-1]
    assert [file.name for file in tmp_path.iterdir() if file != log] == ["XYZ.tape"]


def test_a_mapped_tape_outlives_its_file(tmp_path: Path) -> None:
    tape = kept(tmp_path).keep(WHOLE)
    other = core_tape(trades(500), INSTRUMENT)
    newer = kept(tmp_path, files="others").keep(other)

    assert same(newer, other)
    assert same(tape)
    (tmp_path / "XYZ.tape").unlink()
    assert same(tape)


def test_a_folder_that_cannot_be_written_to_is_done_without(tmp_path: Path, log: Path) -> None:
    place = kept(tmp_path / "none")

    assert place.keep(WHOLE) is WHOLE
    (line,) = log.read_text().splitlines()
    assert "tape not kept" in line


@contextmanager
def longest_file(bytes_: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_is_done_without_and_nothing_half_written_stays(tmp_path: Path, log: Path) -> None:
    place = kept(tmp_path)
    with longest_file(5000):
        assert place.keep(WHOLE) is WHOLE

    assert "File too large" in log.read_text()
    assert [file for file in tmp_path.iterdir() if file != log] == []


def test_a_draft_that_another_process_writes_is_left_alone(tmp_path: Path, log: Path) -> None:
    place = kept(tmp_path)
    draft = tmp_path / "XYZ.tape.part"
    with draft.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("half")
        file.flush()
        assert place.keep(WHOLE) is WHOLE

    assert draft.read_text() == "half"
    assert not place.path.exists()
    assert not log.exists()


def test_a_draft_that_is_in_place_before_it_is_held_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    place, draft = kept(tmp_path), tmp_path / "XYZ.tape.part"

    def late(*_: object) -> None:
        draft.replace(place.path)

    monkeypatch.setattr(fcntl, "flock", late)
    assert place.keep(WHOLE) is WHOLE
    assert place.path.read_bytes() == b""
    assert not draft.exists()
    assert not log.exists()


@pytest.mark.parametrize("size", [0, 5000, 10_000_000])
def test_what_a_killed_process_left_is_taken_over(tmp_path: Path, size: int) -> None:
    """The process is killed between the last byte and the rename; its draft is then cut off, or grown."""
    place, draft = kept(tmp_path), tmp_path / "XYZ.tape.part"
    command = [sys.executable, "-m", "tests.kept_tapes", str(place.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
    assert place.find() is None
    with draft.open("r+b") as file:
        file.truncate(size)

    assert same(place.keep(WHOLE))
    assert not draft.exists()


def test_processes_that_keep_a_tape_at_once_all_have_it(tmp_path: Path) -> None:
    context = get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(4, mp_context=context) as pool:
        gate = manager.Barrier(4)
        rows = list(pool.map(keep_at_once, [gate] * 4, [tmp_path / "XYZ.tape"] * 4))

    assert rows == [[20_000] * 20] * 4
    assert same(kept(tmp_path).find(), core_tape(trades(20_000), INSTRUMENT))
    assert [file.name for file in tmp_path.iterdir()] == ["XYZ.tape"]
