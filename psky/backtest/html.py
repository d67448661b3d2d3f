"""Pieces of HTML: tables whose numbers line up, with the sign beside the colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from psky.domain.text import sign_tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its text, whether it is a number, and its class."""

    text: str
    number: bool = False
    kind: str = ""

    @property
    def html(self) -> str:
        """The cell as an element."""
        shown = escape(self.text)
        if self.number and shown.startswith("-"):
            shown = f"&minus;{shown[1:]}"
        classes = " ".join(name for name in ("n" if self.number else "", self.kind) if name)
        return f'<td class="{classes}">{shown}</td>' if classes else f"<td>{shown}</td>"


def word(text: str, kind: str = "") -> Cell:
    """Return a cell of text."""
    return Cell(text=text, kind=kind)


def number(text: str) -> Cell:
    """Return a cell of digits."""
    return Cell(text=text, number=True)


def gain(value: float | None, text: str) -> Cell:
    """Return a cell of a gain or a loss, in the colour of its sign, which the text bears."""
    return Cell(text=text, number=True, kind=sign_tone(value))


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, kind: str = "") -> str:
    """Return a table; a head that begins with `>` stands above numbers, a row whose first cell is `own` stands out."""
    shown = (_head(head) for head in heads)
    top = f"<thead><tr>{''.join(shown)}</tr></thead>" if heads else ""
    body = "".join(_row(row) for row in rows)
    return f'<table class="{kind}">{top}<tbody>{body}</tbody></table>'


def section(title: str, body: str, *, note: str = "", kind: str = "") -> str:
    """Return a section with a title, what it shows, and how to read it."""
    below = f'<p class="note">{escape(note)}</p>' if note else ""
    return f'<section class="{kind}"><h2>{escape(title)}</h2>{body}{below}</section>'


def _head(head: str) -> str:
    right = ' class="n"' if head.startswith(">") else ""
    return f"<th{right}>{escape(head.lstrip('>'))}</th>"


def _row(row: Sequence[Cell]) -> str:
    own = ' class="own"' if row and "own" in row[0].kind.split() else ""
    return f"<tr{own}>{''.join(cell.html for cell in row)}</tr>"
