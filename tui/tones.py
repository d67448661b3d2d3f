"""The colours that repeat what signs say."""

from __future__ import annotations

from psky.domain.text import sign_tone

_COLOURS = {"gain": "$success", "loss": "$error"}


def toned(value: float | None, text: str) -> tuple[str, str]:
    """Return a signed text with the colour of its sign."""
    return text, _COLOURS.get(sign_tone(value), "")
