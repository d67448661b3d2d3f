"""The stages, one a file, in the order of the data's way."""

from __future__ import annotations

from benches.harness import Stage
from benches.stages import archives, bars, imports, live, memory, parse

STAGES: dict[str, Stage] = {
    "parse": parse.results,
    "archives": archives.results,
    "bars": bars.results,
    "import": imports.results,
    "live": live.results,
    "memory": memory.results,
}
