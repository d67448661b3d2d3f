from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import polars as pl
import pytest

from psky.backtest.report import render
from psky.backtest.result import BacktestResult
from psky.domain.text import MISSING

VOID = {"meta", "br", "hr", "img", "link", "input"}
HOSTILE = "<script>alert('x')</script>&\"$title"


class Page(HTMLParser):
    """Checks that elements are closed in order; remembers attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


Found = Any  # tests.unit.psky.backtest.conftest.Found


@pytest.fixture(scope="module")
def text(found: Found) -> str:
    return page_of(found)


def page_of(found: Found, result: BacktestResult | None = None, trades: pl.DataFrame | None = None) -> str:
    return render(result or found.result, found.trades if trades is None else trades, found.prices)


def rows(text: str) -> int:
    return text.count("<td>long</td>") + text.count("<td>short</td>")


def test_the_page_is_well_formed_and_whole(found: Found, text: str) -> None:
    page = Page(text)

    assert page.open == []
    assert page.seen.count("svg") == 6  # equity, drawdown, price, results, calibration, expected value
    assert page.text.count(found.result.digest) == 2  # the replay's and the tuner's
    assert "DEMOUSDT (synthetic) / first / trial 0 / fold 2" in page.text
    assert rows(text) == len(found.trades) > 0
    for title in ("Smell tests", "Fill ladder", "Stress", "Funnel", "By day", "Metrics", "Fingerprints", "Spec"):
        assert title in page.text
    for words in ("touch", "queue, kappa 3", "latency x10", "few trades", "expected value too low", "intent.entry"):
        assert words.split(".")[-1] in page.text


def test_the_page_needs_no_network_and_no_script(text: str) -> None:
    page = Page(text)

    assert [pair for pair in page.attributes if pair[0] in {"src", "href", "srcset", "action", "xlink:href"}] == []
    assert re.search(r"https?://|url\(|@import", text) is None
    assert not {"script", "link", "iframe", "img", "object", "embed", "base"} & set(page.seen)
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_the_page_is_light_and_dark_by_preference_and_by_choice_and_light_on_paper(text: str) -> None:
    page = Page(text)
    choices = {value for name, value in page.attributes if name == "id"}

    assert {"auto", "light", "dark"} <= choices
    assert "color-scheme: light dark" in text
    assert ":root:has(#dark:checked) { color-scheme: dark; }" in text
    assert "@media print" in text
    colours = re.findall(
        r"--\w+: (light-dark\([^;]*\)|[^;]*);", text.split("</style>", maxsplit=1)[0].split("}", maxsplit=1)[0]
    )
    assert len(colours) > 8
    assert all(colour.startswith("light-dark(") for colour in colours)


def test_every_class_that_is_used_has_a_look(text: str) -> None:
    style = text.split("</style>", maxsplit=1)[0]
    used = {word for name, value in Page(text).attributes if name == "class" for word in (value or "").split()}

    assert {word for word in used if f".{word}" not in style} <= {"label", "pairs", "clean"}


def test_signs_stand_beside_colours(text: str) -> None:
    gains = re.findall(r'<td class="n gain">([^<]*)<', text)
    losses = re.findall(r'<td class="n loss">([^<]*)<', text)

    assert gains
    assert losses
    assert all(shown.startswith("+") for shown in gains)
    assert all(shown.startswith("&minus;") for shown in losses)


def test_a_hostile_name_is_text(found: Found) -> None:
    page = Page(page_of(found, msgspec.structs.replace(found.result, study=HOSTILE, label="<u>")))

    assert "script" not in page.seen
    assert "u" not in page.seen
    assert HOSTILE in page.text


@pytest.mark.parametrize("count", [0, 1])
def test_few_trades_make_a_page_too(found: Found, count: int) -> None:
    text = page_of(found, trades=found.trades.head(count))

    assert Page(text).open == []
    assert rows(text) == count
    assert re.search(r"\bnan\b", text.lower()) is None


def test_many_trades_are_cut_and_it_is_said(found: Found) -> None:
    many = pl.concat([found.trades] * (600 // len(found.trades) + 1))
    text = page_of(found, trades=many)

    assert f"The first 500 of {len(many)}; all are in trades.csv." in text
    assert rows(text) == 500


def test_what_is_undefined_is_said_so(found: Found) -> None:
    text = page_of(
        found, msgspec.structs.replace(found.result, metrics={"win_rate": None, "trades": 0}, calibration=None)
    )

    assert f'<td>win rate</td><td class="n">{MISSING}</td>' in text
    assert '<td>trades</td><td class="n">0</td>' in text
    assert "Too few touches" in text


def test_overrides_come_first(found: Found) -> None:
    changed = {"policy.ev_margin_r": (0.0, 0.5)}
    page = Page(page_of(found, msgspec.structs.replace(found.result, overrides=changed, tuned_digest=None)))

    assert page.text.index("Not what was tuned") < page.text.index("Smell tests")
    assert "policy.ev_margin_r" in page.text
    assert "Not what was tuned" not in Page(page_of(found)).text


def test_the_spec_is_whole_and_says_what_is_not_the_default(found: Found, text: str) -> None:
    page = Page(text)
    names = [name for section in found.result.spec.values() for name in section]

    assert all(name in page.text for name in names)
    assert (
        '<td class="own">maker_fee_rate</td><td class="n">&minus;0.0002</td><td class="default">default 0.0002' in text
    )
    assert '<td>stop_atr</td><td class="n">2</td><td class="default"></td>'.replace(
        ' class="default"', ""
    ) in text.replace(' class="default"', "")


def test_looks_at_the_holdout_are_told(found: Found) -> None:
    page = Page(page_of(found, msgspec.structs.replace(found.result, holdout_looks=7)))

    assert "looked at 7 times" in page.text
    assert "looked at" not in Page(page_of(found)).text.split("Smell tests", maxsplit=1)[0]
