"""The journal of a live session: what it saw, decided, sent and was told, in order, in one SQLite file.

`records` says what can be noted, `schema` how it lies in the file, `writer` appends, `reader` reads and verifies.
"""
