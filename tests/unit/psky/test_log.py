from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from psky.log import logger, write_to


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    for handler in logging.getLogger("psky").handlers:
        handler.close()
    logging.getLogger("psky").handlers.clear()


def test_an_event_is_a_line_of_names_and_values(tmp_path: Path) -> None:
    write_to(tmp_path / "deep" / "psky.log")
    logger("psky.x").info("tuned", study="first", trial=7, words="two words")

    (line,) = (tmp_path / "deep" / "psky.log").read_text().splitlines()
    assert line.endswith("tuned study=first trial=7 words='two words'")
    assert " INFO psky.x pid=" in line


def test_an_event_stays_on_its_line(tmp_path: Path) -> None:
    write_to(tmp_path / "psky.log")
    logger("psky.x").warning("odd", text="one\ntwo", percent="100%s")

    assert len((tmp_path / "psky.log").read_text().splitlines()) == 1


def test_a_failure_brings_its_traceback(tmp_path: Path) -> None:
    write_to(tmp_path / "psky.log")
    try:
        int("nought")
    except ValueError:
        logger("psky.x").error("failed", code="UNEXPECTED")

    text = (tmp_path / "psky.log").read_text()
    assert "ERROR psky.x" in text
    assert "ValueError: invalid literal" in text


def test_another_file_takes_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.log", "b.log"):
        write_to(tmp_path / name)
        logger("psky.x").info(name)

    assert [path.read_text().count("log") for path in (tmp_path / "a.log", tmp_path / "b.log")] == [1, 1]
    assert capsys.readouterr() == ("", "")


def test_a_log_that_cannot_be_written_is_not_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("no folder")
    write_to(tmp_path / "file" / "psky.log")
    logger("psky.x").info("tuned")

    assert capsys.readouterr() == ("", "")
