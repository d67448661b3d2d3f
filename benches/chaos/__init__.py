"""Chaos: seeded live sessions at a simulator that misbehaves, killed at random and started again.

`scene` is the market they trade, `exchange` the simulator and what it watches, `session` the process that is killed,
`run` one seeded run, `books` the comparison of journal and exchange.
"""
