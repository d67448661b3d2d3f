from __future__ import annotations

from dataclasses import replace

from tests.tui.fake import trial
from tui.columns.trials import columns, fields, search_text, state_text


def test_every_parameter_of_any_trial_has_a_column() -> None:
    trials = [replace(trial(0), params={"a": 1}), replace(trial(1), params={"b": "x", "a": 2})]
    assert [column.title for column in columns(trials)][-2:] == ["a", "b"]


def test_a_parameter_named_as_a_result_keeps_both() -> None:
    trials = [replace(trial(0), params={"Score": 7})]
    keys = [column.key for column in columns(trials)]
    assert keys.count("score") == 1
    assert "param_score" in keys


def test_a_parameter_with_a_word_in_it_is_compared_as_words() -> None:
    trials = [replace(trial(0), params={"a": 1, "b": 1}), replace(trial(1), params={"a": "auto", "b": 2.5})]
    known = fields(trials)
    assert not known["a"].numeric
    assert known["b"].numeric


def test_a_complete_trial_that_breaks_a_constraint_says_so() -> None:
    assert state_text(replace(trial(0), feasible=False)) == "◌ infeasible"
    assert state_text(replace(trial(3), feasible=False)) == "✂ pruned"
    assert state_text(replace(trial(0), state="odd")) == "odd"


def test_words_are_looked_for_in_number_state_and_parameters() -> None:
    text = search_text(replace(trial(4), params={"tf": "15m"}))
    assert text == "4 ◌ infeasible tf 15m"
