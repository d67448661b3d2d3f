"""One run: a simulator with random faults, a session that is killed and started again, and the comparison after."""

from __future__ import annotations

import random
import shutil
import time
import urllib.request
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Final

from benches.chaos import paper
from benches.chaos.books import Verdict, compare
from benches.chaos.exchange import Seen, serve
from benches.chaos.scene import SYMBOL, Scene
from benches.chaos.session import NOT_ARMED, OK, trade
from psky.live.folder import find_session, live_root, sessions
from psky.simulator.faults import Fault, FaultPlan

_FORK: Final = get_context("fork")
_END_S: Final = 40.0
_TRIES: Final = 4

FAULTS: Final = (
    Fault(kind="drop", on="private", share=0.05),
    Fault(kind="drop", on="public", share=0.02),
    Fault(kind="delay", on="private", share=0.1, seconds=0.1),
    Fault(kind="duplicate", on="private", share=0.2),
    Fault(kind="duplicate", on="public", share=0.1),
    Fault(kind="reorder", on="private", share=0.2),
    Fault(kind="cut", on="private", share=0.01),
    Fault(kind="cut", on="public", share=0.01),
    Fault(kind="silent", on="private", share=0.01, seconds=0.5),
    Fault(kind="restart", on="rest", share=0.01, seconds=0.3, count=1),
    Fault(kind="http", on="rest", share=0.05, status=429),
    Fault(kind="http", on="rest", share=0.05, status=502),
    Fault(kind="ret_code", on="rest", share=0.05, code=10016),
    Fault(kind="ret_code", on="rest", share=0.05, code=10006),
    Fault(kind="ret_code", on="rest", share=0.03, code=10002),
    Fault(kind="lost_request", on="rest", share=0.04, path="/v5/order/"),
    Fault(kind="lost_answer", on="rest", share=0.06, path="/v5/order/"),
    Fault(kind="delay", on="rest", share=0.1, seconds=0.1),
)
"""From which each run draws some."""
_FAULTS: Final = {"sim": FAULTS, "paper": paper.FAULTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a run."""

    seed: int
    verdict: Verdict
    kills: int
    trades: int
    """Executions at the exchange, or at the venue of a paper account."""
    bare_s: float


def run(scene: Scene, seed: int, root: Path, where: str = "sim") -> Result:
    """Run one seed in the folder `root`, which is made anew; `where` is the environment, `sim` or `paper`."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    draw = random.Random(seed)  # noqa: S311 - draws that must repeat
    plan = FaultPlan(seed=seed, faults=tuple(draw.sample(_FAULTS[where], draw.randint(1, 5))))
    ours, theirs = _FORK.Pipe()
    exchange = _FORK.Process(target=serve, args=(scene, plan, theirs), daemon=True)
    exchange.start()
    try:
        address = ours.recv()
        kills = _kill_and_restart(scene, address, root, where, draw)
        _calm(address)
        problem = _end(scene, address, root, where)
        seen = _seen(exchange, ours)
    finally:
        exchange.kill()
        exchange.join()
    journal = find_session(live_root(root, SYMBOL), None).journal
    if where == "paper":
        verdict, trades = paper.compare(journal, scene.tape.instrument), paper.executions_of(journal)
    else:
        verdict, trades = compare(journal, seen), len(seen.executions)
    verdict.lost += [problem] if problem else []
    return Result(seed=seed, verdict=verdict, kills=kills, trades=trades, bare_s=seen.bare_s)


def _kill_and_restart(scene: Scene, address: str, root: Path, where: str, draw: random.Random) -> int:
    kills = draw.randint(1, 3)
    for _ in range(kills):
        session = _start(scene, address, root, where)
        session.join(draw.uniform(0.6, 2.5))
        session.kill()  # SIGKILL: nothing is tidied up
        session.join()
        _arm(root)
    return kills


def _end(scene: Scene, address: str, root: Path, where: str) -> str:
    """Let a session go on for a while and leave; return what kept it from that, empty where nothing did."""
    code: int | None = None
    for _ in range(_TRIES):
        session = _start(scene, address, root, where)
        session.join(2.0)
        if session.is_alive() and session.pid is not None:
            session.terminate()
        session.join(_END_S)
        if session.is_alive():
            session.kill()
            session.join()
            return f"the session did not end within {_END_S:g} s"
        code = session.exitcode
        if code == OK:
            return ""
        if code == NOT_ARMED:
            _arm(root)
    return f"the session ended with {code}, {_TRIES} times"


def _start(scene: Scene, address: str, root: Path, where: str) -> ForkProcess:
    session = _FORK.Process(target=trade, args=(scene, address, root, where), daemon=True)
    session.start()
    return session


def _arm(root: Path) -> None:
    """Let it trade again if its guard tripped; an ask that nobody needs is answered by the next process."""
    for session in sessions(live_root(root, SYMBOL))[:1]:
        session.ask("arm")


def _calm(address: str) -> None:
    request = urllib.request.Request(f"{address}/sim/faults", method="DELETE")  # noqa: S310 - loopback
    end_s = time.monotonic() + 5.0
    while time.monotonic() < end_s:
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - loopback
        except OSError:  # restarting
            time.sleep(0.1)
        else:
            return


def _seen(exchange: ForkProcess, pipe: Connection) -> Seen:
    if exchange.pid is not None:
        exchange.terminate()
    found: Seen = pipe.recv()
    return found
