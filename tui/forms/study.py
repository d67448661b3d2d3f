"""The form of a new study, built from the search space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from psky.domain import text as fmt
from psky.errors import UsageError
from tui.forms.words import split_words
from tui.screens.form import Field, Form, Values
from tui.work import Task

if TYPE_CHECKING:
    from psky.app.space import TunedValue

_OPTIONS = ("trials", "jobs", "seed", "scope", "timeout", "spec", "space")
_ROW = "{:<23.23} {:<20.20} {:<6} {:<7.7} {}"
_NEEDED = ("symbol", "study", "trials")


def study_form(space: Sequence[TunedValue], *, symbol: str, study: str, symbols: Sequence[str]) -> Form:
    """Return the form, filled for a symbol and a name that no study of it has."""
    groups = tuple(dict.fromkeys(value.group for value in space))
    tuned = ",".join(dict.fromkeys(value.group for value in space if value.by_default))
    fields = (
        Field(key="symbol", label="symbol", value=symbol, hint=" ".join(symbols)),
        Field(key="study", label="study", value=study, hint="a new name, or one to continue"),
        Field(key="trials", label="trials", value="20", hint="how many to run"),
        Field(key="jobs", label="jobs", hint="processes that try trials at once; as set up"),
        Field(key="seed", label="seed", hint="1"),
        Field(key="scope", label="scope", hint=f"{tuned}; of {' '.join(groups)}, or all"),
        Field(key="fix", label="fix", hint="values that are not tuned: touch.ema=21 intent.entry=maker"),
        Field(key="timeout", label="timeout", hint="begin no trial after 90m, 8h; none"),
        Field(key="spec", label="spec", hint="TOML or JSON file that the trials vary; the defaults"),
        Field(key="space", label="space", hint="TOML file with another search space"),
    )
    return Form(title="new study", fields=fields, work=study_task, about=lambda values: _about(space, values))


def study_task(values: Values) -> Task:
    """Return the tuning run that the fields describe.

    Raises:
        UsageError: a field that is needed is empty, a count is no number, or a quote is not closed.
    """
    for name in _NEEDED:
        if not values[name]:
            raise UsageError(f"expected a {name}, found none")
    for name in ("trials", "jobs", "seed"):
        if values[name] and not values[name].isdecimal():
            raise UsageError(f"expected a whole number for {name}, found {values[name]!r}")
    words = ["tune", "run", values["symbol"], "--study", values["study"]]
    words += [word for name in _OPTIONS if values[name] for word in (f"--{name}", values[name])]
    words += [word for fixed in split_words(values["fix"], "fixed values") for word in ("--fix", fixed)]
    return Task(title=f"tune {values['study']} of {values['symbol']}", command=tuple(words))


def _about(space: Sequence[TunedValue], values: Values) -> Content:
    asked = {group for group in values["scope"].replace(" ", "").split(",") if group}
    fixed = {word.split("=")[0] for word in split_words(values["fix"], "fixed values")}
    lines = [Content.styled("  " + _ROW.format("value", "range or choices", "scale", "default", "group"), "dim")]
    for value in space:
        tuned = (value.group in asked or "all" in asked if asked else value.by_default) and value.name not in fixed
        row = _ROW.format(value.name, value.wanted, value.scale, fmt.anything(value.default), value.group)
        lines.append(
            Content.assemble(("● " if tuned else "· ", "$success" if tuned else "dim"), (row, "" if tuned else "dim"))
        )
    return Content("\n").join(lines)
