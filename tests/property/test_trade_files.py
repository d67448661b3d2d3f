"""Random trades written in any dialect are read back equal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psky.domain.trades import TradeColumns
from psky.market.trade_files import TradeFile
from tests.oracles.trade_rows import Reader, Trade
from tests.trade_files import pack

TRADES = st.lists(
    st.tuples(
        st.integers(1_000_000_000_000_000, 4_000_000_000_000_000),  # us
        st.decimals("0.000001", 10_000_000, places=6),
        st.decimals("0.00000001", 100_000, places=8),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)
UNITS = {"s": Decimal(1_000_000), "ms": Decimal(1_000), "us": Decimal(1), "ns": Decimal("0.001")}
# No order of the columns makes a trade of these.
JUNK_ROWS = [
    "junk",
    ",,,,,",
    "nan,nan,nan,nan,nan,nan",
    "-1,-1,-1,-1,-1,-1",
    "Buy,Buy,Buy,Buy,Buy,Buy",
    "1,2,3,4,5,6,7",
]
JUNK = st.sampled_from(JUNK_ROWS)
COLUMNS = ["timestamp", "price", "size", "side", "trdMatchID", "grossValue"]


def cell(name: str, unit: str, trade: tuple[int, Decimal, Decimal, bool]) -> str:
    ts_us, price, size, buys = trade
    values = {
        "timestamp": f"{Decimal(ts_us) / UNITS[unit]:f}",
        "price": f"{price:e}",
        "size": f"{size:f}",
        "side": "buy" if buys else "SELL",
    }
    return values.get(name, "1.5e+09")


@pytest.mark.parametrize("unit", UNITS)
@given(
    trades=TRADES,
    columns=st.permutations(COLUMNS),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    packing=st.sampled_from([".csv", ".csv.gz", ".csv.zst", ".zip"]),
    junk=st.lists(st.tuples(st.integers(0, 40), JUNK), max_size=5),
    batch_rows=st.integers(1, 50),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_written_and_read_back(  # noqa: PLR0917
    tmp_path: Path,
    unit: str,
    trades: list[tuple[int, Decimal, Decimal, bool]],
    columns: list[str],
    end: str,
    mark: str,
    packing: str,
    junk: list[tuple[int, str]],
    batch_rows: int,
) -> None:
    lines = [",".join(cell(name, unit, trade) for name in columns) for trade in trades]
    for place, text in junk:
        lines.insert(place, text)
    path = tmp_path / "trades"
    path.write_bytes(pack(mark + end.join([",".join(columns), *lines]), packing))
    file = TradeFile(path, batch_rows)
    found = list(file)
    batches = [batch.columns for batch in found]
    rejected = [(number, line) for number, line in enumerate(lines, 2) if line in JUNK_ROWS]
    assert [(row.line, row.text) for batch in found for row in batch.rejects] == rejected
    assert all(len(batch.columns) + len(batch.rejects) <= batch_rows for batch in found)

    def joined(name: str) -> list[float]:
        values: list[float] = np.concatenate([getattr(batch, name) for batch in batches]).tolist()
        return values

    assert joined("ts_us") == [trade[0] for trade in trades]
    assert joined("price") == [float(trade[1]) for trade in trades]
    assert joined("size") == [float(trade[2]) for trade in trades]
    assert joined("side") == [1 if trade[3] else -1 for trade in trades]
    findings = file.findings()
    assert (findings.rows, findings.rejected, findings.time_unit) == (len(trades), len(junk), unit)
    assert findings.price_decimals == max(decimals(trade[1]) for trade in trades)
    assert findings.size_decimals == max(decimals(trade[2]) for trade in trades)


GOOD_TIME = st.integers(1_516_838_400_000, 1_516_838_500_000).map(lambda ms: f"{Decimal(ms) / 1000:f}")
ODD_TIME = st.sampled_from(
    ["", "abc", "-5", "0", "nan", "1e9", "1.5168384e9", " 1516838401 ", '"1516838402"', "1516838400000", "1516838400 1"]
)
GOOD_NUMBER = st.decimals("0.000001", 1_000_000, places=6).map(lambda value: f"{value:f}")
NO_NUMBERS = ["", "NaN", "inf", "1_0", "0x10", "1.2.3", "\uff11", '"5', "--5", "e5", "5e"]
NOT_POSITIVE = ["0", "-1", "0.0"]
TOO_LONG = ["1e400", "1e-13", "1e18", "1" * 19, "9" * 19]
UNUSUAL = ["+5", ".5", "5.", "1e-3", "2.5E3", "1e-12", "1e17", "1e+2", "00012.50", "5 ", '" 5"', "9" * 18]
ODD_NUMBER = st.sampled_from([*NO_NUMBERS, *NOT_POSITIVE, *TOO_LONG, *UNUSUAL])
SIDE = st.sampled_from(["Buy", "Sell", "BUY", "sell", "bUy", ' "Sell"', "", "b", "Bought", "1", "Buy\0"])
ROW = st.fixed_dictionaries(
    {
        "timestamp": GOOD_TIME | ODD_TIME,
        "price": GOOD_NUMBER | ODD_NUMBER,
        "size": GOOD_NUMBER | ODD_NUMBER,
        "side": st.just("Buy") | SIDE,
        "note": st.sampled_from(["", "x", '"', "1,2"]),
    }
)
HEADER = ["timestamp", "price", "size", "side", "note"]


@given(
    rows=st.lists(ROW, min_size=1, max_size=60),
    header=st.permutations(HEADER),
    cases=st.lists(st.sampled_from([str.lower, str.upper, str.title]), min_size=5, max_size=5),
    packing=st.sampled_from([".csv", ".csv.gz", ".csv.zst", ".zip"]),
    batch_rows=st.integers(1, 70),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_wrong_row_is_accepted_and_no_valid_row_lost(
    tmp_path: Path,
    rows: list[dict[str, str]],
    header: list[str],
    cases: list[Callable[[str], str]],
    packing: str,
    batch_rows: int,
) -> None:
    lines = [",".join(row[name] for name in header) for row in rows]
    names = [case(name) for case, name in zip(cases, header, strict=True)]
    path = tmp_path / "trades"
    path.write_bytes(pack("\n".join([",".join(names), *lines]), packing))
    reader = Reader(names)
    expected = {number: reader.read(line) for number, line in enumerate(lines, 2)}

    found = list(TradeFile(path, batch_rows))

    rejected = [row.line for batch in found for row in batch.rejects]
    assert rejected == [number for number, trade in expected.items() if trade is None]
    trades = [trade for batch in found for trade in trades_of(batch.columns)]
    assert trades == [trade for trade in expected.values() if trade is not None]


def trades_of(columns: TradeColumns) -> list[Trade]:
    values = zip(*(getattr(columns, name).tolist() for name in ("ts_us", "price", "size", "side")), strict=True)
    return [Trade(ts_us=ts_us, price=price, size=size, side=side) for ts_us, price, size, side in values]


def decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -int(exponent))
