from __future__ import annotations

from enum import IntEnum

from psky._core import engine_codes
from psky.engine import codes


def test_the_enumerations_of_both_languages_agree() -> None:
    ours = {
        name: {member.name.replace("_", "").lower(): member.value for member in kind}
        for name, kind in vars(codes).items()
        if isinstance(kind, type) and issubclass(kind, IntEnum) and kind is not IntEnum
    }
    core = {name: {word.lower(): code for word, code in words.items()} for name, words in engine_codes().items()}

    assert ours == core
