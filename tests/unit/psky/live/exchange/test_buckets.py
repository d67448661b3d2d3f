"""No more requests than the exchange allows, whatever it allows."""

from __future__ import annotations

from psky.live.exchange.buckets import Bucket, Buckets

SECOND = 1_000_000


def _sent(bucket: Bucket, start_us: int, until_us: int) -> int:
    now_us, count = start_us, 0
    while now_us < until_us:
        wait_us = bucket.wait_us(now_us)
        count += wait_us == 0
        now_us += wait_us
    return count


def test_a_burst_and_then_the_rate() -> None:
    bucket = Buckets({"/v5/order/create": 10}).of("/v5/order/create")
    assert _sent(bucket, 10 * SECOND, 12 * SECOND) in range(28, 31)


def test_the_headers_limit_holds() -> None:
    bucket = Bucket(10)
    bucket.wait_us(SECOND)
    bucket.heed({"X-Bapi-Limit": "20", "X-Bapi-Limit-Status": "3"}, SECOND)
    assert _sent(bucket, SECOND, SECOND + 1) == 3
    assert _sent(bucket, 10 * SECOND, 11 * SECOND) in range(38, 41)


def test_an_empty_bucket_waits_for_the_reset_but_not_for_a_wrong_clock() -> None:
    bucket = Bucket(10)
    bucket.heed({"X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": "1500"}, SECOND)
    assert bucket.wait_us(SECOND) == SECOND // 2
    bucket.heed({"X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": "999999999"}, SECOND)
    assert bucket.wait_us(SECOND) == SECOND


def test_a_clock_that_is_set_back_does_not_hold_requests_back() -> None:
    bucket = Bucket(10)
    bucket.heed({"X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": "9001000"}, 9_000 * SECOND)
    assert bucket.wait_us(9_000 * SECOND) == SECOND
    assert bucket.wait_us(5_000 * SECOND) <= SECOND // 10 + 1
    assert _sent(bucket, 5_000 * SECOND, 5_001 * SECOND) in range(9, 12)
