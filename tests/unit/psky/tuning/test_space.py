from __future__ import annotations

import pytest

from psky.app.synth import DEMO_SPEC
from psky.errors import SpecError
from psky.spec.codec import replace, to_dict
from psky.spec.spec import Spec
from psky.tuning.space import SPACE, defaults, space_digest, spec_of


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
