"""What commands print: data on standard output, talk on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import typer

from psky.app.events import Event, EventFile, Reporter
from psky.app.job_status import JobStatus
from psky.domain.progress import OnProgress, Progress

SCHEMA_VERSION = 1


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object, on one line, with the version of its schema."""
    typer.echo(msgspec.json.encode({"schema_version": SCHEMA_VERSION, **value}, enc_hook=str).decode())


def say(text: str) -> None:
    """Tell a person something that is not data."""
    typer.echo(text, err=True)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under column names; a column whose name starts with `>` is aligned to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else 200
    # Rich by itself heeds NO_COLOR for colours but still prints bold and italic.
    console = Console(width=width, markup=False, color_system=None if os.environ.get("NO_COLOR") else "auto")
    console.print(title, style="bold", highlight=False)
    console.print(table)


@contextmanager
def progress(name: str, events: Path | None) -> Iterator[Reporter]:
    """Show progress on a terminal as a bar, elsewhere as a few lines, and write it to a job's event file.

    What ends the work early is written by the outermost edge, which knows of every error.
    """
    write = EventFile(events) if events else _nowhere
    write(Event(kind="started", text=name))
    with _shown(name) as show:
        yield Reporter(write, show, say)
    write(Event(kind="finished", text=name))


@contextmanager
def watching(name: str) -> Iterator[Callable[[JobStatus], None]]:
    """Show how far a job is, which another process runs."""
    with _shown(name) as show:
        yield lambda now: show(Progress(done=now.done, total=now.total, unit=now.unit, text=now.text))


def _nowhere(event: Event) -> None:
    del event


@contextmanager
def _shown(name: str) -> Iterator[OnProgress]:
    if not sys.stderr.isatty():
        yield _Lines(name)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[text]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None, text="")
        yield lambda now: bar.update(task, completed=now.done, total=now.total or None, text=now.text)


class _Lines:
    """Progress without a terminal: a line at each tenth of the way, or where nobody knows the way at each stage."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last: object = None

    def __call__(self, now: Progress) -> None:
        reached = 10 * now.done // now.total if now.total else now.text
        if reached != self._last:
            self._last = reached
            far = f"{now.done}/{now.total} {now.unit} " if now.total else ""
            say(f"{self._name}: {far}{now.text}".rstrip())
