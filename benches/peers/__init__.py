"""Other people's backtests on the same trades.

They run in an environment of their own: what they need, hftbacktest's numpy below 2.3 foremost, is not what psky is
developed with.
"""
