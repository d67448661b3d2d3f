from __future__ import annotations

import shlex

import pytest

from psky.errors import UsageError
from tui.forms.backtest import backtest_form, backtest_key
from tui.forms.study import study_task
from tui.forms.tape import import_task
from tui.forms.words import split_words
from tui.work import RunKey

KEY = RunKey(symbol="BTCJPY", study="first", trial=6)
STUDY = dict.fromkeys(("jobs", "seed", "scope", "timeout", "spec", "space", "fix"), "")


def test_quotes_keep_the_blanks_of_one_word() -> None:
    assert split_words("a=1 'b=x y'  c=\"p q\"", "words") == ("a=1", "b=x y", "c=p q")
    assert split_words("", "words") == ()


def test_a_quote_that_is_not_closed_says_what_was_expected() -> None:
    with pytest.raises(UsageError, match=r"expected overrides, found .*: No closing quotation"):
        split_words("a='b", "overrides")


def test_an_override_with_a_blank_is_one_and_is_shown_again_as_it_was_typed() -> None:
    values = {"part": "", "from": "", "to": "", "fill": "", "set": "touch.timeframes='5m, 15m' policy.ev_margin_r=0.1"}

    key = backtest_key(KEY, ("holdout",), values)
    shown = next(field.value for field in backtest_form(key, ("holdout",)).fields if field.key == "set")

    assert key.changes == ("touch.timeframes=5m, 15m", "policy.ev_margin_r=0.1")
    assert tuple(shlex.split(shown)) == key.changes


def test_a_fixed_value_and_a_file_keep_their_blanks() -> None:
    study = study_task({"symbol": "BTCJPY", "study": "a", "trials": "2", **STUDY, "fix": "'touch.timeframes=5m, 15m'"})
    tape = import_task({"paths": "'my trades/a.csv' b.csv", "symbol": "BTCJPY"})

    assert study.command[-2:] == ("--fix", "touch.timeframes=5m, 15m")
    assert tape.command == ("data", "import", "my trades/a.csv", "b.csv", "--symbol", "BTCJPY")
