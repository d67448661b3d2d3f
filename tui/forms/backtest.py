"""The form of a backtest: which part of history, which fill rule, which overrides."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from textual.content import Content

from psky.errors import UsageError
from tui.forms.words import split_words
from tui.screens.form import Field, Form, Values
from tui.work import HOLDOUT, RunKey

_RULES = ("touch", "queue", "through")
_ABOUT = (
    "A range before the hold-out is replayed with a model trained on what was known before its start. Whatever shows a "
    "print of the hold-out counts as a look at it. Overrides are replayed beside what was tuned and never take its "
    "place; those that reach features, labels or training train a model anew.\n\n"
    "fill rule: touch fills as soon as a print reaches the order, queue when what stood ahead has traded, through only "
    "when a print proves it."
)


def backtest_form(key: RunKey, parts: Sequence[str]) -> Form:
    """Return the form, filled with what is shown; `parts` are the hold-out and the trial's folds."""
    start, end = ([*key.part.split("_")[1:], ""] if key.part.startswith("range") else ["", ""])[:2]
    fields = (
        Field(key="part", label="part", value="" if start or end else key.part, hint=" ".join(parts)),
        Field(key="from", label="from (UTC)", value=start, hint="instead of a part: 2026-01-24 or 2026-01-24T09:30"),
        Field(key="to", label="to (UTC)", value=end, hint="until before; the end of the tape"),
        Field(key="fill", label="fill rule", hint=f"{', '.join(_RULES)}; as tuned"),
        Field(
            key="set",
            label="overrides",
            value=shlex.join(key.changes),
            hint="policy.ev_margin_r=0.1 venue.latency_ms=200",
        ),
    )
    return Form(
        title=f"backtest of trial {key.trial}",
        fields=fields,
        work=partial(backtest_key, key, tuple(parts)),
        about=lambda _: Content(_ABOUT),
    )


def backtest_key(key: RunKey, parts: Sequence[str], values: Values) -> RunKey:
    """Return the backtest that the fields describe.

    Raises:
        UsageError: an unknown part or rule, a part and a range, an end that is no instant, or an open quote.
        SpecError: an override without an equals sign.
    """
    start, end, part, rule = (values[name] for name in ("from", "to", "part", "fill"))
    if part and (start or end):
        raise UsageError("expected a part or a range, found both; empty one of them")
    if part and part not in parts:
        raise UsageError(f"expected a part among {', '.join(parts)}, found {part!r}")
    if rule and rule not in _RULES:
        raise UsageError(f"expected a fill rule among {', '.join(_RULES)}, found {rule!r}")
    changes = (*((f"venue.fill={rule}",) if rule else ()), *split_words(values["set"], "overrides"))
    found = replace(key, part=f"range_{start}_{end}" if start or end else part or HOLDOUT, changes=changes)
    found.request()
    return found
