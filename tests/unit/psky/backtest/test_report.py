from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import polars as pl
import pytest

from psky.app.backtest import run_backtest
from psky.backtest.report import render
from psky.backtest.result import BacktestResult, read_result
from psky.backtest.tables import read_trades
from psky.domain.progress import ignore_progress
from psky.domain.text import MISSING
from tests import house

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


@pytest.fixture(scope="module")
def found(tuned: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[BacktestResult, pl.DataFrame, str]:
    root = tmp_path_factory.mktemp("report") / "house"
    import shutil  # noqa: PLC0415 - this fixture alone copies

    where = house.workspace(Path(shutil.copytree(tuned, root)))
    view = run_backtest(where, house.SYMBOL, "first", 0, "fold_1", on_progress=ignore_progress)
    result = read_result(view.folder)
    assert result is not None
    return result, read_trades(view.folder), (view.folder / "report.html").read_text(encoding="utf-8")


Found = tuple[BacktestResult, pl.DataFrame, str]


def test_the_page_is_well_formed_and_whole(found: Found) -> None:
    result, trades, text = found
    page = Page(text)

    assert page.open == []
    assert page.seen.count("svg") == 1
    assert page.text.count(result.digest) == 2  # the replay's and the tuner's
    assert "DEMOUSDT (synthetic) / first / trial 0 / fold_1" in page.text
    assert text.count("<td>long</td>") + text.count("<td>short</td>") == len(trades) > 0
    assert "touch.ema" in page.text


def test_the_page_needs_no_network(found: Found) -> None:
    page = Page(found[2])

    assert [pair for pair in page.attributes if pair[0] in {"src", "href", "srcset", "action", "xlink:href"}] == []
    assert re.search(r"https?://|url\(|@import", found[2]) is None
    assert not {"script", "link", "iframe", "img"} & set(page.seen)


def test_a_hostile_name_is_text(found: Found) -> None:
    result, trades, _ = found
    page = Page(render(msgspec.structs.replace(result, study=HOSTILE, label="<b>"), trades))

    assert "script" not in page.seen
    assert "b" not in page.seen
    assert HOSTILE in page.text


@pytest.mark.parametrize("count", [0, 1])
def test_few_trades_make_a_page_too(found: Found, count: int) -> None:
    result, trades, _ = found
    text = render(result, trades.head(count))

    assert Page(text).open == []
    assert text.count("<td>long</td>") + text.count("<td>short</td>") == count
    assert "nan" not in text.lower()


def test_many_trades_are_cut_and_it_is_said(found: Found) -> None:
    result, trades, _ = found
    many = pl.concat([trades] * (600 // len(trades) + 1))
    text = render(result, many)

    assert f"The first 500 of {len(many)}; all are in trades.csv." in text
    assert text.count("<td>long</td>") + text.count("<td>short</td>") == 500


def test_what_is_undefined_is_said_so(found: Found) -> None:
    result, trades, _ = found
    text = render(msgspec.structs.replace(result, metrics={"win_rate": None, "trades": 0}), trades.head(0))

    assert f"<td>win rate</td><td>{MISSING}</td>" in text
    assert "<td>trades</td><td>0</td>" in text
