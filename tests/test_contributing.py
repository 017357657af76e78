"""What CONTRIBUTING.md says of places holds: they exist, and each page and renderer rule is where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`((?:components|tests|pages)/[\w./]*|app\.py)`", TEXT)))


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_it_names_exists(place: str):
    assert (ROOT / place).exists()


@pytest.mark.parametrize("what", ["parameter", "model", "wire", "page", "renderer rule", "scorer"])
def test_it_says_where_to_add(what: str):
    assert re.search(rf"^\| a {what} \| .*`.+`.* \| `tests/.+` \|$", TEXT, re.MULTILINE)


def test_the_loop_of_work_has_ten_steps():
    assert re.findall(r"^(\d+)\. ", TEXT, re.MULTILINE) == [str(number) for number in range(1, 11)]


def test_every_page_has_its_script_and_its_line():
    named = set(re.findall(r'st\.Page\(\s*"pages/(\w+\.py)"', (ROOT / "app.py").read_text(encoding="utf-8")))
    assert named == {path.name for path in (ROOT / "pages").glob("[a-z]*.py")}


def test_the_modules_it_runs_exist():
    for module in re.findall(r"python -m ([\w.]+)", TEXT):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or path.is_dir()
