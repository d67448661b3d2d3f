"""The ten canaries of METHOD 8.4, each with the leak that its positive control plants."""

from __future__ import annotations

from functools import partial

from psky.replay.canaries.fills import booked_at_entry, fills
from psky.replay.canaries.finding import Canary
from psky.replay.canaries.isolation import (
    by_row_count,
    calibrated_on_test,
    determinism,
    isolation,
    purge,
    seeded_by_chance,
)
from psky.replay.canaries.learning import delay, foresight, in_sample, label_shuffle
from psky.replay.canaries.parity import forgotten, live, reflection, unsigned
from psky.replay.canaries.truncation import leaking_views, replacement, truncation

THREE_VIEWS = "next bar's close; full-sample z-score; bars by open time"

CANARIES = (
    Canary(
        code="C1",
        claim="cutting the tape changes nothing known before",
        check=truncation,
        leak=THREE_VIEWS,
        control=leaking_views(truncation),
    ),
    Canary(
        code="C2",
        claim="another future changes nothing known before",
        check=replacement,
        leak=THREE_VIEWS,
        control=leaking_views(replacement),
    ),
    Canary(
        code="C3",
        claim="shuffled labels teach nothing",
        check=label_shuffle,
        leak="scored on the rows it was fitted to",
        control=partial(label_shuffle, scorer=in_sample),
    ),
    Canary(
        code="C4",
        claim="training labels end before the test begins",
        check=purge,
        leak="purged by a count of rows",
        control=partial(purge, divide=by_row_count),
    ),
    Canary(
        code="C5",
        claim="test rows change nothing that is fitted",
        check=isolation,
        leak="calibrator fitted on test rows",
        control=partial(isolation, fit=calibrated_on_test),
    ),
    Canary(
        code="C6",
        claim="the live stream, restarted, equals the batch",
        check=live,
        leak="state lost at the restart",
        control=partial(live, restart=forgotten),
    ),
    Canary(
        code="C7",
        claim="a mirrored market gives mirrored features",
        check=reflection,
        leak="no feature taken for directional",
        control=partial(reflection, expected=unsigned),
    ),
    Canary(
        code="C8",
        claim="features a bar late are worth nearly as much",
        check=delay,
        leak="the outcome itself as a feature",
        control=partial(delay, features=foresight),
    ),
    Canary(
        code="C9",
        claim="an outcome needs no print after its end",
        check=fills,
        leak="outcomes known at the entry",
        control=partial(fills, outcomes=booked_at_entry),
    ),
    Canary(
        code="C10",
        claim="fitted again, the same bits",
        check=determinism,
        leak="a new seed each time",
        control=partial(determinism, fit=seeded_by_chance),
    ),
)
