"""Random trades written in any dialect are read back equal."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psky.market.trade_files import TradeFile
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
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -int(exponent))
