"""`psky sim serve` as a process: where it says it is, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from pathlib import Path
from time import monotonic

import pytest

from tests.commands import psky, started


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sim")
    assert psky("data", "synth", "DEMOUSDT", "--prints", "2000", "--published", cwd=folder).returncode == 0
    return folder


def test_it_says_where_it_is_and_stops_when_told(here: Path) -> None:
    with started("sim", "serve", "--tape", "DEMOUSDT", "--json", cwd=here) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"{told['url']}/sim/time", timeout=20) as answer:  # noqa: S310 - loopback
            time = json.load(answer)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)

    assert told["schema_version"] == 1
    assert (told["symbol"], told["url"]) == ("DEMOUSDT", f"http://127.0.0.1:{told['port']}")
    assert (time["rows"], time["speed"]) == (2000, 1.0)
    assert code == 0


def test_it_plays_what_another_market_tells(here: Path) -> None:
    with started("sim", "serve", "--tape", "DEMOUSDT", "--speed", "20", "--json", cwd=here) as market:
        assert market.stdout is not None
        there = json.loads(market.stdout.readline())["url"]
        with started("sim", "serve", "--feed", "DEMOUSDT", "--feed-address", there, "--json", cwd=here) as process:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            end_s, time = monotonic() + 60, {"row": 0}
            while monotonic() < end_s and time["row"] < 5:
                with urllib.request.urlopen(f"{told['url']}/sim/time", timeout=20) as answer:  # noqa: S310 - loopback
                    time = json.load(answer)
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=60)
        market.send_signal(signal.SIGTERM)
    assert (time["speed"], time["over"]) == (20.0, False)
    assert time["row"] >= 5
    assert code == 0


def test_it_ends_with_its_tape(here: Path) -> None:
    done = psky("sim", "serve", "--tape", "DEMOUSDT", "--speed", "10000000", cwd=here)
    assert (done.returncode, done.stdout) == (0, "")
    assert "http://127.0.0.1:" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tape", "NONE"), "NONE"),
        (("--tape", "DEMOUSDT", "--from", "2100-01-01"), "expected trades in 2100-01-01"),
        (("--tape", "DEMOUSDT", "--faults", "none.toml"), "none.toml"),
        ((), "expected either --tape or --feed, found neither"),
        (("--tape", "DEMOUSDT", "--feed", "DEMOUSDT"), "expected either --tape or --feed, found both"),
        (("--feed", "DEMOUSDT", "--speed", "2"), "found --speed with --feed"),
        (("--feed", "DEMOUSDT", "--feed-address", "http://exchange.example"), "an address on this machine"),
    ],
)
def test_what_cannot_be_served_is_said(here: Path, words: tuple[str, ...], said: str) -> None:
    done: subprocess.CompletedProcess[str] = psky("sim", "serve", *words, cwd=here)
    assert done.returncode != 0
    assert said in done.stderr
