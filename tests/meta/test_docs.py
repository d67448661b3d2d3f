"""Every `psky` command that the documents show exists, with the options that they show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from tests.command_tree import commands, root

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "docs/workstation.md",
    "PROGRAM_OVERVIEW.md",
    "AGENTS.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/simulator.md",
    "docs/live.md",
    "docs/method.md",
    "docs/trader.md",
)
QUOTED = re.compile(r"`((?:\.venv/bin/)?psky(?: [^`\n]*)?)`")
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"^\s*\$?\s*((?:\.venv/bin/)?psky [a-z-].*)$", re.MULTILINE)
COMMANDS = commands()
ROOT_OPTIONS = {"--help", "-h", *(name for option in root().params for name in option.opts)}
GROUPS = {name.split()[0] for name in COMMANDS if " " in name}


def shown_commands(text: str) -> list[str]:
    """Return the commands in backquotes and those that stand alone on a line of a fenced block; `a|b` is two."""
    found = QUOTED.findall(text) + [line for block in FENCED.findall(text) for line in LINE.findall(block)]
    return [one for line in found for one in alternatives(line.removeprefix(".venv/bin/").strip())]


def alternatives(line: str) -> list[str]:
    """Return `psky data list` and `psky data check` for `psky data list|check`."""
    choice = re.search(r"[a-z]+(?:\|[a-z]+)+", line)
    return [line.replace(choice[0], one, 1) for one in choice[0].split("|")] if choice else [line]


def mistake(line: str) -> str | None:
    """Return what is wrong with a shown command, None where it parses."""
    words = [word for word in shlex.split(line, comments=True)[1:] if word not in {"...", "\\"}]
    if not words or (words[0] in GROUPS and len(words) == 1) or words[0] in ROOT_OPTIONS:
        return None
    name = next((name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS), None)
    if name is None:
        return f"no such command: {line}"
    known = ROOT_OPTIONS.union(*(parameter.opts for parameter in COMMANDS[name].params))
    options = {word.split("=")[0] for word in words if word.startswith("-")}
    return f"no such option: {sorted(options - known)} in {line}" if options - known else None


def refusal(line: str) -> str | None:
    """Return why a command would not take its words as they stand, None where it would; a mere name is not tried."""
    words = shlex.split(line, comments=True)[1:]
    name = next((name for name in (" ".join(words[:2]), words[0] if words else "") if name in COMMANDS), None)
    given = words[len(name.split()) :] if name else []
    if name is None or not given:
        return None
    try:
        # A command keeps the names of its help from where it is first used.
        COMMANDS[name].make_context(name, given, help_option_names=["-h", "--help"])
    except typer.TyperException as error:
        return f"{line}: {error.format_message()}"
    return None


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_documents_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    assert [found for found in map(mistake, shown_commands(text)) if found] == []


def test_commands_in_the_readme_can_be_typed_as_they_stand() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [found for found in map(refusal, shown_commands(text)) if found] == []


def test_the_overview_shows_commands() -> None:
    text = (ROOT / "PROGRAM_OVERVIEW.md").read_text(encoding="utf-8")

    assert len(shown_commands(text)) > 8


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_in_the_help_parse(name: str) -> None:
    examples = re.findall(r"Example: (psky [^\n]*)", COMMANDS[name].help or "")

    assert examples
    assert [found for line in examples if (found := mistake(line) or refusal(line))] == []
    assert all(example.startswith(f"psky {name}") for example in examples)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("psky tune go X", "no such command"),
        ("psky train X --studie s", "no such option: ['--studie']"),
        ("psky backtest run X --study=s --flod 1", "no such option: ['--flod']"),
    ],
)
def test_the_check_finds_mistakes(line: str, words: str) -> None:
    assert words in (mistake(line) or "")
    assert shown_commands(f"text `{line}` text\n```sh\n{line}\n```\n{line}") == [line, line]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("psky train X --trial first", "Invalid value for '--trial'"),
        ("psky data import --symbol X", "Missing argument"),
        ("psky tune run X --trials 0", "Invalid value for '--trials'"),
    ],
)
def test_the_check_finds_what_cannot_be_typed(line: str, words: str) -> None:
    assert words in (refusal(line) or "")
