"""The stages, one a file, in the order of the data's way."""

from __future__ import annotations

from importlib.util import find_spec

from benches.harness import Stage
from benches.peers import environment
from benches.stages import archives, bars, decision, features, imports, live, memory, parse, startup, talib, tui, tuning

STAGES: dict[str, Stage] = {
    "parse": parse.results,
    "archives": archives.results,
    "bars": bars.results,
    "features": features.results,
    "talib": talib.results,
    "import": imports.results,
    "live": live.results,
    "decision": decision.results,
    "tuning": tuning.results,
    "memory": memory.results,
    "startup": startup.results,
    "tui": tui.results,
}
if find_spec("numba") is not None:  # of the bench extra, which tests do without
    from benches.stages import barriers

    STAGES["barriers"] = barriers.results
if find_spec("hftbacktest") is not None:  # in the environment of the peers
    from benches.stages import replay

    STAGES["replay"] = replay.results
elif environment.FOLDER.is_dir():
    STAGES["replay"] = environment.replay_results
