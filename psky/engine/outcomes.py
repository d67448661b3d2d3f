"""Outcomes: what each intent would have earned alone on the tape."""

from __future__ import annotations

from psky import _core
from psky._core import Funding, Intents, Outcomes
from psky.engine.tape import EngineTape
from psky.engine.venue import venue_config
from psky.spec.spec import Spec

__all__ = ["Outcomes", "outcomes"]


def outcomes(tape: EngineTape, intents: Intents, spec: Spec, *, funding: Funding | None = None) -> Outcomes:
    """Run each intent alone through the trader and the venue of the replay until its trade is over.

    Returns m rows, each known at `known_at_us`: the time of the print that ends the trade, or that shows the entry to
    be expired or rejected. An intent whose trade would span a gap longer than `max_gap_s`, or the end of the tape, is
    censored. Status codes are `psky.engine.codes.Status`.
    """
    return _core.outcomes(tape.core, intents, venue_config(spec, tape.instrument), funding=funding)
