"""What the code cites as METHOD is a section of docs/method.md, and what the page points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/method.md").read_text(encoding="utf-8")
CITING = (
    "psky/**/*.py",
    "psky/**/*.pyi",
    "tui/**/*.py",
    "core_rs/src/**/*.rs",
    "tests/**/*.py",
    "benches/**/*.py",
    "benches/**/*.md",
    "docs/*.md",
    "*.md",
)
NUMBER = r"\d+(?:\.\d+)?"
CITED = re.compile(rf"\bMETHOD\b(?: ({NUMBER}(?:(?:, | and | to ){NUMBER})*))?")
HEADING = re.compile(rf"^##+ ({NUMBER})\.? ", re.MULTILINE)
WHERE = re.compile(r"^- where: (.+?)(?=\n\n|\n#|\Z)", re.MULTILINE | re.DOTALL)


def cited(text: str) -> list[str]:
    """Return the numbers of the sections that a text cites; of a citation without one, nothing: an empty number."""
    return [number for found in CITED.findall(text) for number in re.findall(NUMBER, found) or [""]]


def places(page: str) -> list[tuple[str, str]]:
    """Return the files that a page names after `where:`, each with every name that it points to there, or with none."""
    found: list[tuple[str, str]] = []
    for where in WHERE.findall(page):
        for word in re.findall(r"`([^`]+)`", where):
            found.append((word, "") if "/" in word else (found[-1][0], word))
    return found


def is_there(path: str, name: str) -> bool:
    """Return whether a file exists and has a name in it."""
    file = ROOT / path
    return file.is_file() and re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")) is not None


def sections(page: str) -> dict[str, str]:
    """Return the text of each section by its number."""
    _, *parts = HEADING.split(page)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_citation_names_a_section() -> None:
    files = {path for pattern in CITING for path in ROOT.glob(pattern)} - {Path(__file__)}
    citations = [(path, number) for path in files for number in cited(path.read_text(encoding="utf-8"))]
    known = sections(PAGE)

    assert len(citations) > 90
    assert [(path, number) for path, number in citations if number not in known] == []


def test_no_number_stands_for_two_sections() -> None:
    numbers = HEADING.findall(PAGE)

    assert len(numbers) == len(sections(PAGE))
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


@pytest.mark.parametrize(("path", "name"), places(PAGE))
def test_the_page_points_to_what_is_there(path: str, name: str) -> None:
    assert is_there(path, name)


def test_every_section_says_where_it_is_done() -> None:
    assert [number for number, text in sections(PAGE).items() if "." in number and "\n- where: " not in text] == []


def test_the_checks_find_mistakes() -> None:
    assert cited("METHOD 1.2, METHOD 2.1 to 2.3 and METHOD 4, and METHODS") == ["1.2", "2.1", "2.3", "4"]
    assert cited("(METHOD 0.4 and 4.4), as METHOD says") == ["0.4", "4.4", ""]
    assert places("- where: `a/b.py` `f`,\n`g`, `c/d.rs`\n\n`h`") == [
        ("a/b.py", ""),
        ("a/b.py", "f"),
        ("a/b.py", "g"),
        ("c/d.rs", ""),
    ]
    assert not is_there("psky/nowhere.py", "")
    assert not is_there("psky/errors.py", "nothing_of_this_name")
