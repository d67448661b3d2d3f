"""`psky` inside the test's own process: what it ends with, what it prints where."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from psky.cli.main import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class Psky(Protocol):
    """Runs a command in a folder."""

    def __call__(self, *arguments: str, cwd: Path) -> Ended: ...


@pytest.fixture
def psky(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Psky]:
    """Run `psky` as its entry point does."""

    def run(*arguments: str, cwd: Path) -> Ended:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)  # which `main` replaces
        monkeypatch.setattr(sys, "argv", ["psky", *arguments])
        capsys.readouterr()
        with pytest.raises(BaseException) as ended:  # noqa: PT011 - as Python does, which asks the hook about all the others
            main()
        code = ended.value.code if isinstance(ended.value, SystemExit) else 1
        if not isinstance(ended.value, SystemExit):
            sys.excepthook(ended.type, ended.value, ended.tb)
        printed = capsys.readouterr()
        return Ended(int(code or 0), printed.out, printed.err)

    yield run
    for handler in logging.getLogger("psky").handlers:
        handler.close()
    logging.getLogger("psky").handlers.clear()
