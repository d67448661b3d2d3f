from __future__ import annotations

import signal

import pytest

from psky.cli.interrupt import stop_on_signal


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interrupt_asks_and_the_second_insists(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    with stop_on_signal("leaving", signal.SIGTERM) as stopped:
        assert not stopped()
        signal.raise_signal(number)
        assert stopped()
        assert capsys.readouterr().err == "leaving\n"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)

    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_other_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signal("stopping"):
        assert signal.getsignal(signal.SIGTERM) == before
