from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from psky.domain.trades import TradeColumns
from psky.errors import DataError, UsageError
from psky.ingest.importer import import_trades
from psky.ingest.report import ImportReport
from psky.ingest.synthetic import import_synthetic
from psky.store.tape_store import reading
from tests.trade_files import rows, write

TAPE = TradeColumns(
    ts_us=np.array([1, 2, 3], dtype=np.int64),
    price=np.array([1.0, 1.5, 1.0]),
    size=np.ones(3),
    side=np.array([1, -1, 1], dtype=np.int8),
    tick_direction=np.array([0, 2, -2], dtype=np.int8),
    flags=np.zeros(3, dtype=np.uint8),
)


def generate(path: Path, tape: TradeColumns = TAPE) -> ImportReport:
    return import_synthetic(path, "DEMO", tape, {"seed": 1, "planted": True}, price_decimals=1, size_decimals=0)


def test_a_generated_tape_is_labelled_and_written_once(tmp_path: Path) -> None:
    path = tmp_path / "DEMO" / "DEMO.duckdb"
    assert [generate(path).files[0].status.value for _ in range(2)] == ["imported", "unchanged"]
    with reading(path) as store:
        assert store.meta("synthetic") == {"seed": 1, "planted": True}
        assert store.instrument().label == "DEMO (synthetic)"
        assert store.read_trades().price.tolist() == [1.0, 1.5, 1.0]
    assert generate(path, replace(TAPE, price=TAPE.price * 2)).files[0].status.value == "replaced"
    with reading(path) as store:
        assert store.read_trades().price.tolist() == [2.0, 3.0, 2.0]


def test_real_and_synthetic_trades_do_not_mix(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.csv", rows(5))]
    generate(tmp_path / "synthetic.duckdb")
    with pytest.raises(UsageError, match="holds synthetic trades"):
        import_trades(tmp_path / "synthetic.duckdb", files, "DEMO")
    import_trades(tmp_path / "real.duckdb", files, "DEMO")
    with pytest.raises(UsageError, match="holds real trades"):
        generate(tmp_path / "real.duckdb")


def test_an_empty_tape_is_refused(tmp_path: Path) -> None:
    empty = TradeColumns(**{name: getattr(TAPE, name)[:0] for name in TradeColumns.__dataclass_fields__})
    with pytest.raises(DataError, match="empty"):
        generate(tmp_path / "x.duckdb", empty)
