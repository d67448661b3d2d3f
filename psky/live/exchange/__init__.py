"""The exchange as the driver sees it: a port (`port`) with Bybit behind it (`bybit`), the real one or a simulator.

`rest` sends one request through pybit, `classes` says what an error means, `buckets` keeps to the rate limits,
`wire` turns commands into Bybit's words and `states` its words into values.
"""
