"""The tables of a store and their numbered history.

`MIGRATIONS[n]` takes a store from version n to n + 1. A migration that has been released is never edited.
There are no keys and no indexes: they cost memory at import, and one writer in one transaction needs none. Codecs are
named because trying all of them costs more than the one that fits; marks have none, since it would make a store a
twelfth smaller and its import a fourteenth dearer.

The trades of a file stand in its order, are added at the end of the table and never updated: `rowid` orders them. It
is not kept elsewhere, since it changes when the table does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from psky.errors import StoreError
from psky.store.marks import PACKED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MIGRATIONS = [
    """
    CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL);
    CREATE TABLE files (
        file_id INTEGER NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL,
        "rows" BIGINT NOT NULL, rejected BIGINT NOT NULL, dialect VARCHAR NOT NULL, time_unit VARCHAR NOT NULL,
        first_ts_us BIGINT NOT NULL, last_ts_us BIGINT NOT NULL,
        price_decimals INTEGER NOT NULL, size_decimals INTEGER NOT NULL
    );
    CREATE TABLE trades (
        ts_us BIGINT NOT NULL, price DOUBLE NOT NULL, size DOUBLE NOT NULL, side TINYINT NOT NULL,
        tick_direction TINYINT NOT NULL, flags UTINYINT NOT NULL, file_id INTEGER NOT NULL, "row" INTEGER NOT NULL
    );
    CREATE TABLE rejects (
        file_id INTEGER NOT NULL, line BIGINT NOT NULL, reason VARCHAR NOT NULL, text VARCHAR NOT NULL
    );
    """,
    f"""
    CREATE TABLE packed_trades (
        ts_us BIGINT NOT NULL USING COMPRESSION bitpacking, price DOUBLE NOT NULL USING COMPRESSION alp,
        size DOUBLE NOT NULL USING COMPRESSION alp, marks UTINYINT NOT NULL USING COMPRESSION uncompressed,
        file_id INTEGER NOT NULL USING COMPRESSION rle
    );
    INSERT INTO packed_trades SELECT ts_us, price, size, {PACKED}, file_id FROM trades ORDER BY file_id, "row";
    DROP TABLE trades;
    ALTER TABLE packed_trades RENAME TO trades;
    """,  # noqa: S608 - a constant
    "CREATE TABLE funding (ts_us BIGINT NOT NULL, rate DOUBLE NOT NULL, mark DOUBLE);",
    """
    ALTER TABLE files RENAME sha256 TO content_hash;
    UPDATE files SET content_hash = 'sha256:' || content_hash;
    """,
]


def version_of(connection: DuckDBPyConnection, path: Path) -> int:
    """Return the version of a store; 0 is a database without tables.

    Raises:
        StoreError: the store was made by a newer psky, or is another program's database.
    """
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables:
        return 0
    if "meta" not in tables:
        raise StoreError(f"{path}: expected a psky store, found a database with tables {', '.join(sorted(tables))}")
    found = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall()
    version = int(found[0][0])
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path}: expected a store of version {len(MIGRATIONS)} or older, found {version}; update psky"
        )
    return version


def migrate(connection: DuckDBPyConnection, path: Path) -> int:
    """Bring a store to the newest version and return the one it had; belongs inside a transaction.

    Raises:
        StoreError: as `version_of`.
    """
    version = version_of(connection, path)
    for script in MIGRATIONS[version:]:
        connection.execute(script)
    if version < len(MIGRATIONS):
        connection.execute("DELETE FROM meta WHERE key = 'schema_version'")
        connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(len(MIGRATIONS))])
    return version
