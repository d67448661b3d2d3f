"""The process of a live session that a run kills and starts again."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from benches.chaos.scene import LIMITS, SYMBOL, Scene
from psky.app.live_venue import at_venue
from psky.errors import NotArmed, NotFlat, PskyError
from psky.live.environments import environment
from psky.live.folder import live_root
from psky.live.keys import Keys
from psky.live.start import Plan, started
from psky.log import write_to

_BALANCE_USDT = 1e9
OK, FAILED, NOT_ARMED, NOT_FLAT = 0, 11, 12, 13


def trade(scene: Scene, address: str, root: Path, where: str) -> None:
    """Trade in the environment `where` until SIGTERM, then leave the market; ends the process with a code."""
    os._exit(_trade(scene, address, root, where))


def _trade(scene: Scene, address: str, root: Path, where: str) -> int:
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    write_to(root / "session.log")
    plan = Plan(
        environment=environment(where, address),
        keys=Keys(key="sim-key", secret="sim-secret", source="chaos"),  # noqa: S106 - opens a simulation
        symbol=SYMBOL,
        study="chaos",
        trial=0,
        bundle=scene.bundle,
        spec=scene.spec,
        instrument=scene.tape.instrument,
        history=scene.trades,
        tape=scene.tape.fingerprint,
        limits=LIMITS,
    )
    try:
        with at_venue(plan, live_root(root, SYMBOL), _BALANCE_USDT) as ready, started(ready, root) as session:
            session.run(asked.is_set)
    except NotArmed:
        return NOT_ARMED
    except NotFlat:
        return NOT_FLAT
    except PskyError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return FAILED
    return OK
