"""The form of a live session: where to trade, and which trial."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from textual.content import Content

from psky.errors import UsageError
from psky.live.environments import ENVIRONMENTS, Environment, environment
from psky.live.limits import LiveLimits
from tui.privacy import money
from tui.screens.form import Field, Form, Values
from tui.work import Task

_NEEDED = {"symbol": "a symbol", "study": "a study", "trial": "a trial"}
_YES, _NO = ("yes", "y"), ("", "no", "n")
_ABOUT = (
    "The session is a job: it goes on when psky is left, 4 shows it, and stopping the job closes everything. A session "
    "that was cut off is gone on with. The panel that shows it only reads until it is armed there."
)


def live_form(
    limits: LiveLimits, *, symbol: str = "", study: str = "", trial: int | None = None, symbols: Sequence[str] = ()
) -> Form:
    """Return the form, filled for a trial; `limits` are those that are set up."""
    fields = (
        Field(key="env", label="where", value="sim", hint=", ".join(ENVIRONMENTS)),
        Field(key="address", label="address", hint="of a simulator, as psky sim serve says it: http://127.0.0.1:8765"),
        Field(key="symbol", label="symbol", value=symbol, hint=" ".join(symbols)),
        Field(key="study", label="study", value=study, hint="psky studies list names them"),
        Field(key="trial", label="trial", value="" if trial is None else str(trial), hint="one that was trained"),
        Field(key="paced", label="lock-step", hint="yes, with a simulator of --pace client; no"),
        Field(key="speed", label="speed", hint="of such a simulator: seconds of the tape a second; no limit"),
    )
    return Form(
        title="go live",
        fields=fields,
        work=live_task,
        about=lambda values: _about(values, limits),
        question=lambda values: _question(values, limits),
    )


def live_task(values: Values) -> Task:
    """Return the session that the fields describe.

    Raises:
        UsageError: an environment or address that cannot be, an empty field, or a number that is none.
    """
    where = _where(values)
    for name, what in _NEEDED.items():
        if not values[name]:
            raise UsageError(f"expected {what}, found none")
    if not values["trial"].isdecimal():
        raise UsageError(f"expected the number of a trial, found {values['trial']!r}")
    words = ["live", "run", values["symbol"], "--env", where.name]
    words += [word for name in ("address", "study", "trial") if values[name] for word in (f"--{name}", values[name])]
    words += ["--paced"] if _is_paced(values) else []
    words += ["--speed", _speed(values["speed"])] if values["speed"] else []
    return Task(title=f"live {values['symbol']} on {where.name}", command=tuple(words))


def _where(values: Values) -> Environment:
    return environment(values["env"], values["address"] or None)


def _is_paced(values: Values) -> bool:
    word = values["paced"].lower()
    if word not in (*_YES, *_NO):
        raise UsageError(f"expected yes or no for lock-step, found {values['paced']!r}")
    return word in _YES


def _speed(text: str) -> str:
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed < float("inf"):
        raise UsageError(f"expected a speed of 0 or more, found {text!r}")
    return text


def _about(values: Values, limits: LiveLimits) -> Content:
    where = ENVIRONMENTS.get(values["env"])
    if where is None:
        return Content(_ABOUT)
    kind = "REAL MONEY" if where.real_money else "no real money"
    banner = Content.styled(f" {where.name.upper()} · {kind} · {where.about} ", f"bold reverse ${where.colour}")
    lines = [banner, Content(_ABOUT), Content(), Content.styled("limits, as [live] of psky.toml sets them", "dim")]
    lines += [Content.assemble((f"{name:<20}", "dim"), value) for name, value in _limits(limits).items()]
    return Content("\n").join(lines)


def _limits(limits: LiveLimits) -> dict[str, str]:
    found = {}
    for name, value in msgspec.to_builtins(limits).items():
        text = f"{value:,g}" if isinstance(value, int | float) else str(value)
        found[name] = money(text) if name.endswith("_usdt") else text
    del found["notify"]
    return found


def _question(values: Values, limits: LiveLimits) -> str | None:
    where = _where(values)
    if not where.real_money:
        return None
    loss = money(f"{limits.daily_loss_usdt:,g}")
    return (
        f"This is REAL MONEY. Trade {values['symbol']} on {where.name} with trial {values['trial']} of "
        f"{values['study']}?\n\nIts guard stops it after a loss of {loss} USDT in a day."
    )
