from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from psky.app import data, market_facts
from psky.app.workspace import Workspace
from psky.errors import DataError, UsageError
from tests.bybit_answers import answer, save, stepped
from tests.trade_files import START_S, rows, write


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(data_root=tmp_path / "data", model_root=tmp_path / "models")
    data.import_files(found, "BTCUSDT", [write(tmp_path / "a.csv", rows(50))])
    return found


def rules(tmp_path: Path, tick: str, lot: str) -> Path:
    return save(tmp_path / "rules.json", answer("linear", stepped("BTCUSDT", tick, lot)))


def test_rules_set_the_steps_of_the_tape(workspace: Workspace, tmp_path: Path) -> None:
    before = data.load_tape(workspace, "BTCUSDT")
    printed = market_facts.instrument(workspace, "BTCUSDT")
    assert printed.rules is None

    finer = rules(tmp_path, str(printed.tick / 2), str(printed.lot))
    market_facts.give_rules(workspace, "BTCUSDT", finer)

    tape = data.load_tape(workspace, "BTCUSDT")
    assert tape.instrument.tick == printed.tick / 2
    assert tape.core.price_ticks.tolist() == [2 * ticks for ticks in before.core.price_ticks.tolist()]
    assert tape.fingerprint != before.fingerprint

    market_facts.give_rules(workspace, "BTCUSDT", rules(tmp_path, str(printed.tick), str(printed.lot)))
    same = data.load_tape(workspace, "BTCUSDT")
    assert same.core.price_ticks.tolist() == before.core.price_ticks.tolist()
    assert same.fingerprint not in {before.fingerprint, tape.fingerprint}


def test_a_tape_that_does_not_fit_the_rules_says_so(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"prices in steps of 7 as its rules say, found \d+ of 50 that are not"):
        market_facts.give_rules(workspace, "BTCUSDT", rules(tmp_path, "7", "0.001"))
    with pytest.raises(DataError, match="expected sizes in steps of 1000"):
        market_facts.give_rules(workspace, "BTCUSDT", rules(tmp_path, "0.01", "1000"))
    assert market_facts.instrument(workspace, "BTCUSDT").rules is None


def test_fee_rates_are_kept_with_rules(workspace: Workspace, tmp_path: Path) -> None:
    printed = market_facts.instrument(workspace, "BTCUSDT")
    fees = save(
        tmp_path / "fees.json",
        answer("", {"symbol": "BTCUSDT", "makerFeeRate": "0.0002", "takerFeeRate": "0.00055"}),
    )
    market_facts.give_rules(workspace, "BTCUSDT", rules(tmp_path, str(printed.tick), str(printed.lot)), fees)
    kept = market_facts.instrument(workspace, "BTCUSDT").rules
    assert kept is not None
    assert (kept.maker_fee_rate, kept.taker_fee_rate) == (Decimal("0.0002"), Decimal("0.00055"))


def test_funding_comes_with_the_tape(workspace: Workspace, tmp_path: Path) -> None:
    bare = data.load_tape(workspace, "BTCUSDT")
    assert len(bare.funding) == 0
    kept = workspace.store_path("BTCUSDT").with_suffix(".tape")
    written_ns = kept.stat().st_mtime_ns
    stamps = ((-1, "0.1,"), (10, "0.01,"), (20, "-0.02,77"), (90, "0.1,"))
    text = "".join(f"{START_S + after_s},{rest}\n" for after_s, rest in stamps)
    report = market_facts.add_funding(workspace, "BTCUSDT", [save(tmp_path / "f.csv", f"timestamp,rate,mark\n{text}")])
    assert report.held == len(market_facts.funding(workspace, "BTCUSDT")) == 4

    tape = data.load_tape(workspace, "BTCUSDT")
    assert kept.stat().st_mtime_ns == written_ns
    assert tape.funding.ts_us.tolist() == [(START_S + 10) * 1_000_000, (START_S + 20) * 1_000_000]
    assert tape.funding.rate.tolist() == [0.01, -0.02]
    last = tape.core.price_ticks[10] * tape.instrument.tick_size
    assert tape.funding.mark.tolist() == pytest.approx([last, 77.0])
    assert tape.fingerprint != bare.fingerprint
    assert data.list_symbols(workspace)[0].funding == 4
    assert data.check(workspace, "BTCUSDT").funding.stamps == 4
    assert len(market_facts.funding(workspace, "BTCUSDT", end_us=START_S * 1_000_000)) == 1


def test_a_symbol_without_a_tape_has_no_facts(workspace: Workspace, tmp_path: Path) -> None:
    for use in (
        lambda: market_facts.instrument(workspace, "XRPUSDT"),
        lambda: market_facts.give_rules(workspace, "ETHUSDT", rules(tmp_path, "1", "1")),
        lambda: market_facts.add_funding(workspace, "XRPUSDT", [tmp_path]),
    ):
        with pytest.raises(UsageError, match="expected"):
            use()
