from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from psky.errors import DataError, SchemaError
from psky.market.trade_files import FileBatch, TradeFile, content_hash
from tests.shared import shared
from tests.trade_files import HEADER, damaged, pack, rows, write, zipped, zstd

BYBIT_2026 = """\
timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional,RPI
1791331200.4902,SOLUSDT,Buy,0.5,120.640,ZeroMinusTick,430df55f-04cc-5b09-aff7-5051f01be39a,6.032e+09,0.5,60.32,0
1791331201.268,SOLUSDT,Sell,0.1,120.630,MinusTick,838ff3c1-17cc-5963-8a91-180b422a927a,1.2063e+09,0.1,12.063,1
"""
BYBIT_OLD = """\
timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional
1668728606,BTCUSD,Buy,611,16661.00,ZeroMinusTick,00fcc5e9-d36f-51ae-9906-11f83ed505a7,3.66e+06,611,0.036672468639337374
"""
# As the reference implementation (xxhsum -H128) gives: that many bytes, counted up from 0 to 250 over and over.
XXH128 = {
    0: "99aa06d3014798d86001c324468d497f",
    1023: "4325711b0ed4d742d3d91d80ac495685",
    102_400: "ecd387d36185351b1428e17f1cac2837",
}
SPOT = """\
id,timestamp,price,volume,side,rpi
1,1747612800074,106453.8,0.003718,sell,0
2,1747612800150,106456.9,0.000500,buy,1
"""


def read(path: Path) -> tuple[TradeFile, FileBatch]:
    file = TradeFile(path, batch_rows=1_000_000)
    (batch,) = list(file)
    return file, batch


def test_bybit_archive_of_eleven_columns(tmp_path: Path) -> None:
    file, batch = read(write(tmp_path / "a.csv.gz", BYBIT_2026))

    assert batch.columns.ts_us.tolist() == [1791331200490200, 1791331201268000]
    assert batch.columns.price.tolist() == [120.64, 120.63]
    assert batch.columns.size.tolist() == [0.5, 0.1]
    assert batch.columns.side.tolist() == [1, -1]
    assert batch.columns.tick_direction.tolist() == [-1, -2]
    assert batch.columns.flags.tolist() == [0, 1]
    findings = file.findings()
    assert (findings.dialect, findings.time_unit, findings.symbol) == ("bybit", "s", "SOLUSDT")
    assert (findings.price_decimals, findings.size_decimals, findings.rows, findings.rejected) == (2, 1, 2, 0)


def test_bybit_archive_of_ten_columns(tmp_path: Path) -> None:
    file, batch = read(write(tmp_path / "a.csv", BYBIT_OLD))

    assert batch.columns.ts_us.tolist() == [1668728606000000]
    assert (file.findings().dialect, file.findings().price_decimals) == ("bybit", 0)


def test_bybit_spot_has_no_directions(tmp_path: Path) -> None:
    file, batch = read(write(tmp_path / "a.csv", SPOT))

    assert batch.columns.ts_us.tolist() == [1747612800074000, 1747612800150000]
    assert batch.columns.side.tolist() == [-1, 1]
    assert batch.columns.tick_direction.tolist() == [0, 2]
    assert batch.columns.flags.tolist() == [0, 1]
    assert (file.findings().dialect, file.findings().time_unit, file.findings().symbol) == ("bybit-spot", "ms", None)


def test_rows_quoted_in_the_documentation_are_read(tmp_path: Path) -> None:
    lines = shared("data/bybit_fixtures/bybit_archive_rows_quoted_in_public_docs.csv.txt").read_text().splitlines()
    derivative, spot = [line for line in lines if line.startswith(("timestamp", "id"))]
    for number, line in enumerate(lines):
        if line.startswith(("#", "timestamp", "id")):
            continue
        columns = line.count(",") + 1
        header = spot if columns == 6 else ",".join(derivative.split(",")[:columns])
        file, batch = read(write(tmp_path / f"{number}.csv", f"{header}\n{line}\n"))
        assert (len(batch.columns), file.findings().rejected) == (1, 0)


@pytest.mark.parametrize(
    ("name", "seams"),
    [
        ("2019-05-03", []),
        ("2020-01-01", []),
        ("2020-04-11", [1000]),  # two recordings in one file: at the seam the exchange knew the price between them
        ("2020-04-12", [1000]),
        ("2022-09-25", []),
    ],
)
def test_computed_directions_are_the_exchanges_own(tmp_path: Path, name: str, seams: list[int]) -> None:
    source = shared(f"data/trades/bitmex_XBTUSD_native_tickDirection/XBTUSD_{name}.csv.gz")
    _, native = read(source)
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    _, computed = read(write(tmp_path / "a.csv", "\n".join(line.rpartition(",")[0] for line in lines)))

    change = int(np.argmax(np.diff(native.columns.price) != 0)) + 1
    differ = np.flatnonzero(native.columns.tick_direction != computed.columns.tick_direction)
    assert differ[differ >= change].tolist() == seams
    assert not computed.columns.tick_direction[:change].any()


def test_computed_directions_are_those_of_the_recorded_stream(tmp_path: Path) -> None:
    compared = 0
    for source in sorted(shared("data/trades/bybit_v5_recording_2026-08-09").glob("*.csv.gz")):
        _, native = read(source)
        lines = gzip.decompress(source.read_bytes()).decode().splitlines()
        _, computed = read(write(tmp_path / "a.csv", "\n".join(line.rpartition(",")[0] for line in lines)))
        changes = np.flatnonzero(np.diff(native.columns.price) != 0)
        first = int(changes[0]) + 1 if len(changes) else len(native.columns)
        assert native.columns.tick_direction[first:].tolist() == computed.columns.tick_direction[first:].tolist()
        compared += len(native.columns) - first
    assert compared > 50


def test_directions_are_not_computed_against_the_order_of_time(tmp_path: Path) -> None:
    rows = [f"{1600000000 + second},{price},1,Buy" for second, price in enumerate([5, 6, 6, 4])]
    header = "timestamp,price,size,side"
    _, forward = read(write(tmp_path / "a.csv", "\n".join([header, *rows])))
    _, backward = read(write(tmp_path / "b.csv", "\n".join([header, *reversed(rows)])))

    assert forward.columns.tick_direction.tolist() == [0, 2, 1, -2]
    assert backward.columns.tick_direction.tolist() == [0, 0, 0, 0]


def test_rendered_archive_equals_the_simple_file() -> None:
    _, bybit = read(shared("data/originals/RENDERED_bybit_archive_layout_BTCJPY2018-01-25.csv.gz"))
    _, simple = read(shared("data/trades/bitflyer_BTCJPY/BTCJPY_2018-01-25.csv.gz"))

    for name in ("ts_us", "price", "size", "side", "tick_direction"):
        assert np.array_equal(getattr(bybit.columns, name), getattr(simple.columns, name)), name


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".csv.zst", ".zip"])
def test_packings_are_told_by_content_and_read_to_their_end(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "trades"
    path.write_bytes(pack(rows(200_000), suffix))
    file = TradeFile(path)
    batches = list(file)

    assert sum(len(batch.columns) for batch in batches) == file.findings().rows == 200_000
    assert file.bytes_read == path.stat().st_size


def test_members_and_frames_follow_each_other(tmp_path: Path) -> None:
    head, tail = rows(100), rows(100).partition("\n")[2]
    for suffix in (".csv.gz", ".csv.zst"):
        path = tmp_path / suffix
        path.write_bytes(pack(head, suffix) + pack(tail, suffix))
        assert len(read(path)[1].columns) == 200


def test_what_surrounds_the_file_of_an_archive_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    others = {"days/": "", "__MACOSX/days/._a.csv": "junk", "days/.a.csv": "junk", "README.txt": "junk"}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path.write_bytes(zipped({**others, "days/A.CSV": rows(50)}, method))
        assert len(read(path)[1].columns) == 50


def test_flags_go_by_any_name_of_their_column(tmp_path: Path) -> None:
    for rpi, block in (("RPI", "BT"), ("isRPITrade", "isBlockTrade"), ("rpi", "BLOCKTRADE")):
        lines = [f"{HEADER},{rpi},{block}"]
        cells = ["0,0", "1,0", "false,true", "TRUE,1", ","]
        lines += [f"{1_600_000_000 + at},5,1,Buy,{cell}" for at, cell in enumerate(cells)]
        _, batch = read(write(tmp_path / f"{rpi}.csv", "\n".join([*lines, "1600000000,5,1,Buy,0,maybe"])))
        assert batch.columns.flags.tolist() == [0, 1, 2, 3, 0]
        assert [row.reason for row in batch.rejects] == ["unknown block trade flag"]


def test_every_rejected_row_is_handed_out(tmp_path: Path) -> None:
    lines = [HEADER, *("junk" if at % 3 else f"{1_600_000_000 + at},5,1,Buy" for at in range(30_000))]
    file = TradeFile(write(tmp_path / "a.csv", "\n".join(lines)), batch_rows=1000)
    batches = list(file)

    assert all(len(batch.columns) + len(batch.rejects) <= 1000 for batch in batches)
    assert sum(len(batch.columns) for batch in batches) == file.findings().rows == 10_000
    assert [row.line for batch in batches for row in batch.rejects] == [at + 2 for at in range(30_000) if at % 3]
    assert file.findings().rejected == 20_000


def test_batches_carry_state_across_their_edges(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(1000))
    whole = read(path)[1]
    parts = list(TradeFile(path, batch_rows=7))

    assert {len(part.columns) for part in parts[:-1]} == {7}
    for name in ("ts_us", "price", "tick_direction"):
        joined = np.concatenate([getattr(part.columns, name) for part in parts])
        assert np.array_equal(joined, getattr(whole.columns, name)), name


def test_rejected_rows_name_line_reason_and_text(tmp_path: Path) -> None:
    text = f"{HEADER}\n1600000000,nan,1,Buy\n1600000000,5,1,Buy\n1600000000,5,1,Bought\n\0\0\n"
    _, batch = read(write(tmp_path / "a.csv", text))

    assert len(batch.columns) == 1
    assert [(row.line, row.reason, row.text) for row in batch.rejects] == [
        (2, "price is not a number", "1600000000,nan,1,Buy"),
        (4, "unknown side", "1600000000,5,1,Bought"),
        (5, "wrong number of fields", "\ufffd\ufffd"),
    ]


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", SchemaError, "found an empty file"),
        (
            b"Dear diary,\ntoday I bought\n",
            SchemaError,
            "timestamp, price, size, side missing, found header: Dear diary,",
        ),
        (bytes(range(256)) * 20, SchemaError, "found the byte 0x00 at place 1"),
        (b"\0" * 1000, SchemaError, "found the byte 0x00 at place 1"),
        (b"timestamp,price,\xe9t\xe9\n", SchemaError, "found the byte 0xe9 at place 17: timestamp,price,"),
        (b"timestamp,price,size,side\r1600000000,5,1,Buy\r", SchemaError, "found the byte 0x0d at place 26"),
        (b"timestamp,price,side\n1600000000,5,Buy\n", SchemaError, "size missing"),
        (b"1600000000,5,1,Buy\n", SchemaError, "found data: 1600000000,5,1,Buy"),
        (b"timestamp,price,price,size,side\n", SchemaError, '"price" twice'),
        (b"PK\x03\x04...", DataError, "complete zip file, found its end missing"),
        (b"\x28\xb5\x2f\xfd...", DataError, "zstd file, found"),
        (zipped({}), SchemaError, "found none; unpack it first"),
        (zipped({"notes.txt": rows(5)}), SchemaError, "found none; unpack it first"),
        (zipped({"a.csv": rows(5), "b.csv": rows(5)}), SchemaError, "found 2: a.csv, b.csv; unpack it first"),
        (f"{HEADER}\n".encode(), DataError, "expected trades below the header"),
        (f"{HEADER}\n".encode() + b"7" * 3_000_000, DataError, "found a longer one at line 2"),
        (f"{HEADER},symbol\n1600000000,5,1,Buy,A\n1600000001,5,1,Buy,B\n".encode(), DataError, "line 3, B"),
        (gzip.compress(rows(5000).encode())[:-2000], DataError, "end missing after line"),
        (gzip.compress(rows(5000).encode())[:-8] + b"\1" * 8, DataError, "intact gzip file, found damage"),
        (zstd(rows(5000))[:-2000], DataError, "complete zstd file, found its end missing after line"),
        (damaged(zstd(rows(5000)), -3), DataError, "intact zstd file, found damage"),
        (zipped({"a.csv": rows(5000)})[:-2000], DataError, "complete zip file, found its end missing"),
        (damaged(zipped({"a.csv": rows(5000)}), 2000), DataError, "intact zip file, found damage"),
    ],
)
def test_files_that_are_no_trades_say_why(tmp_path: Path, content: bytes, error: type[DataError], words: str) -> None:
    path = tmp_path / "hostile.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as raised:
        list(TradeFile(path))

    assert type(raised.value) is error
    assert words in str(raised.value)
    assert str(path) in str(raised.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path in (tmp_path, loop, pipe, tmp_path / "absent.csv"):
        with pytest.raises(DataError, match="expected a re"):
            TradeFile(path)


@pytest.mark.parametrize("length", XXH128)
def test_a_content_hash_is_xxh128_of_the_bytes(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((bytes(range(251)) * (length // 251 + 1))[:length])
    assert content_hash(path) == f"xxh128:{XXH128[length]}"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.zst", "a.zip"])
def test_a_file_that_was_read_has_its_content_hash(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, rows(50_000))
    file = TradeFile(path, hashed=True)
    assert sum(len(batch.columns) for batch in file) == 50_000
    assert (file.content_hash, file.bytes_read) == (content_hash(path), path.stat().st_size)


def test_a_file_that_is_not_hashed_says_so(tmp_path: Path) -> None:
    file = TradeFile(write(tmp_path / "a.csv", rows(1)))
    with pytest.raises(ValueError, match="hashed"):
        assert file.content_hash


def test_what_has_no_content_hash_is_named(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "absent.csv", "readable file"), (tmp_path, "regular file")):
        with pytest.raises(DataError, match=words) as raised:
            content_hash(path)
        assert str(path) in str(raised.value)
