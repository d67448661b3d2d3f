"""How a journal lies in its SQLite file.

| table | what |
|---|---|
| `log` | all records in order; append-only, as triggers see to it. `digest` is SHA-256 chained from row to row |
| `state` | the last two saved states of the brain, each up to a record of the log |
| `now` | what the session looks like this moment, replaced whole: for those who watch; the log does not rest on it |

`digest` = SHA-256(digest before || line), the line being `seq|kind|ts_us|at_us|body` in UTF-8; the first row follows
32 zero bytes. `body` is the record as JSON (`psky.live.journal.records`). Views spread the common kinds into columns.
"""

from __future__ import annotations

import hashlib

APPLICATION_ID = 0x70736B79  # "psky"
VERSION = 1
GENESIS = bytes(32)

TABLES = """
CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  ts_us INTEGER NOT NULL,   -- market time of what is told
  at_us INTEGER NOT NULL,   -- wall time of the note
  body TEXT NOT NULL,
  digest BLOB NOT NULL
) STRICT;
CREATE INDEX log_kind ON log (kind, seq);
CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log of a journal is append-only'); END;
CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log of a journal is append-only'); END;

CREATE TABLE state (
  seq INTEGER PRIMARY KEY,  -- the `saved` record of the log
  blob BLOB NOT NULL
) STRICT;

CREATE TABLE now (
  name TEXT PRIMARY KEY,    -- `status`
  at_us INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE VIEW verdicts AS SELECT seq, ts_us, body ->> 'row' AS "row", body ->> 'side' AS side, body ->> 'p' AS p,
  body ->> 'ev_r' AS ev_r, body ->> 'enter' AS enter, body ->> 'reason' AS reason, body ->> 'held' AS held
  FROM log WHERE kind = 'verdict';
CREATE VIEW commands AS SELECT seq, ts_us, body ->> 'name' AS name, body ->> 'op' AS op, body ->> 'version' AS version,
  body ->> 'origin' AS origin, body -> 'command' AS command FROM log WHERE kind = 'command';
CREATE VIEW answers AS SELECT seq, ts_us, body ->> 'name' AS name, body ->> 'op' AS op, body ->> 'version' AS version,
  body ->> 'outcome' AS outcome, body ->> 'code' AS code, body ->> 'message' AS message FROM log WHERE kind = 'answer';
CREATE VIEW events AS SELECT seq, ts_us, body ->> 'name' AS name, body ->> 'source' AS source, body -> 'event' AS event
  FROM log WHERE kind = 'venue';
CREATE VIEW guard AS SELECT seq, ts_us, at_us, body ->> 'what' AS what, body ->> 'rule' AS rule,
  body ->> 'explanation' AS explanation, body -> 'facts' AS facts FROM log WHERE kind = 'guard';
"""


def chained(before: bytes, seq: int, kind: str, ts_us: int, at_us: int, body: str) -> bytes:
    """Return the digest of a row that follows one with digest `before`."""
    return hashlib.sha256(before + f"{seq}|{kind}|{ts_us}|{at_us}|{body}".encode()).digest()
