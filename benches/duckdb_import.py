"""`python -m benches.duckdb_import FOLDER DATABASE`: the import by DuckDB's own reader, into psky's own table.

It leaves out what psky does besides: hashes of the files, checks of every row, what became of rejected ones.
"""

from __future__ import annotations

import sys

import duckdb

IMPORT = """
    INSERT INTO trades SELECT
        round(timestamp * 1e6)::BIGINT, price, size,
        CASE side WHEN 'Buy' THEN 1 WHEN 'Sell' THEN 0 END + CASE tickDirection
            WHEN 'MinusTick' THEN 0 WHEN 'ZeroMinusTick' THEN 2 WHEN 'ZeroPlusTick' THEN 6 WHEN 'PlusTick' THEN 8 END,
        file_index + 1
    FROM read_csv(?, header = true, columns = {
        'timestamp': 'DOUBLE', 'price': 'DOUBLE', 'size': 'DOUBLE', 'side': 'VARCHAR', 'tickDirection': 'VARCHAR'})
"""
TABLE = """
    CREATE TABLE trades (
        ts_us BIGINT NOT NULL USING COMPRESSION bitpacking, price DOUBLE NOT NULL USING COMPRESSION alp,
        size DOUBLE NOT NULL USING COMPRESSION alp, marks UTINYINT NOT NULL USING COMPRESSION uncompressed,
        file_id INTEGER NOT NULL USING COMPRESSION rle)
"""


def main(folder: str, database: str) -> None:
    """Import the day files of a folder."""
    with duckdb.connect(database, config={"default_block_size": 131_072}) as connection:
        connection.execute(TABLE)
        connection.execute(IMPORT, [f"{folder}/*.csv"])


if __name__ == "__main__":
    main(*sys.argv[1:])
