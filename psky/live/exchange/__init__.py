"""The exchange as the driver sees it: a port (`port`), Bybit behind it (`bybit`), a simulated one (`paper`).

`rest` sends one request through pybit, `classes` says what an error means, `buckets` keeps to the rate limits,
`wire` turns commands into Bybit's words and `states` its words into values.
"""
