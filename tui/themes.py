"""The themes that `t` walks through. Colour never stands alone: signs and glyphs say the same."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="psky-night",
    primary="#8b7cf6",
    secondary="#5b6ee1",
    accent="#e0a458",
    foreground="#d6d4e8",
    background="#14121f",
    surface="#1a1829",
    panel="#2a2740",
    success="#5fd7a7",
    warning="#e8c268",
    error="#f2777a",
    variables={"footer-key-foreground": "#e0a458"},
)
DAY = Theme(
    name="psky-day",
    primary="#5a45c9",
    secondary="#3b55b5",
    accent="#a85c00",
    foreground="#23213a",
    background="#faf8f3",
    surface="#f2efe7",
    panel="#dcd7ea",
    success="#12744a",
    warning="#8a6100",
    error="#b3261e",
    dark=False,
)
# Okabe and Ito's palette: blue against vermilion is told apart by every kind of colour vision.
SAFE = Theme(
    name="psky-colour-safe",
    primary="#56b4e9",
    secondary="#0072b2",
    accent="#f0e442",
    foreground="#e6e6e6",
    background="#101418",
    surface="#171c21",
    panel="#283038",
    success="#56b4e9",
    warning="#e69f00",
    error="#ff8247",
)
OWN = (NIGHT, DAY, SAFE)
NAMES = (*(theme.name for theme in OWN), "ansi-dark")


def following(name: str) -> str:
    """Return the theme after `name`."""
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)] if name in NAMES else NAMES[0]
