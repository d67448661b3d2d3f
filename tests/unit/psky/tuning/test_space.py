from __future__ import annotations

import pytest

from psky.app.synth import DEMO_SPEC
from psky.errors import SpecError
from psky.spec.codec import replace, to_dict
from psky.spec.spec import Spec
from psky.tuning.space import SPACE, defaults, on_edge, space_digest, spec_of


@pytest.mark.parametrize("base", [Spec(), DEMO_SPEC], ids=["real", "synthetic"])
def test_the_first_trial_is_the_base(base: Spec) -> None:
    assert spec_of(defaults(base), base) == base


def test_a_base_outside_the_space_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"touch\.ema within its tuned range \(5 to 55\), found 80"):
        defaults(replace(Spec(), {"touch.ema": 80}))


def test_every_tuned_name_is_in_the_spec_and_its_range_is_legal() -> None:
    for parameter in SPACE:
        section, _, key = parameter.name.partition(".")
        for end in parameter.choices or (parameter.low, parameter.high):
            value = int(end) if parameter.whole else end

            assert to_dict(replace(Spec(), {parameter.name: value}))[section][key] == value


def test_the_digest_is_stable_within_a_version() -> None:
    assert space_digest() == space_digest()
    assert len(space_digest()) == 16


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, 0),
        ({"touch.ema": 30, "intent.hold_bars": 60, "intent.entry": "maker"}, 0),
        ({"touch.ema": 5}, 1),
        ({"touch.ema": 55, "policy.ev_margin_r": 0.199}, 2),
        ({"policy.ev_margin_r": 0.19}, 0),
        ({"intent.hold_bars": 16}, 0),  # 6 % of a logarithmic range is no edge
        ({"model.learning_rate": 0.0205}, 1),
    ],
)
def test_values_at_an_end_of_their_range_are_named(params: dict[str, float], found: int) -> None:
    named = on_edge(params)

    assert len(named) == found
    assert all(any(words.startswith(f"{name} = ") for name in params) for words in named)
