"""`python -m benches.duckdb_import FOLDER DATABASE`: the import by DuckDB's own reader, into the same table.

It leaves out what its reader does not give for free: the file and row that a trade came from, and rejected rows.
"""

from __future__ import annotations

import sys

import duckdb

IMPORT = """
    INSERT INTO trades SELECT
        round(timestamp * 1e6)::BIGINT, price, size,
        CASE side WHEN 'Buy' THEN 1 WHEN 'Sell' THEN -1 END,
        CASE tickDirection
            WHEN 'MinusTick' THEN -2 WHEN 'ZeroMinusTick' THEN -1 WHEN 'ZeroPlusTick' THEN 1 WHEN 'PlusTick' THEN 2 END,
        0
    FROM read_csv(?, header = true, columns = {
        'timestamp': 'DOUBLE', 'price': 'DOUBLE', 'size': 'DOUBLE', 'side': 'VARCHAR', 'tickDirection': 'VARCHAR'})
"""
TABLE = """
    CREATE TABLE trades (
        ts_us BIGINT NOT NULL, price DOUBLE NOT NULL, size DOUBLE NOT NULL, side TINYINT NOT NULL,
        tick_direction TINYINT NOT NULL, flags UTINYINT NOT NULL)
"""


def main(folder: str, database: str) -> None:
    """Import the day files of a folder."""
    with duckdb.connect(database) as connection:
        connection.execute(TABLE)
        connection.execute(IMPORT, [f"{folder}/*.csv"])


if __name__ == "__main__":
    main(*sys.argv[1:])
