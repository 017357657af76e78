"""A missing browser is said out loud, or fails the run that requires one."""

from pathlib import Path

import pytest

from tests.browser import NAMES, find_browser


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_is_found_under_each_of_its_names(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() == str(tmp_path / name)


def test_without_a_browser_a_test_is_skipped_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="looked for chromium-headless-shell, chromium,"):
        find_browser()


def test_without_a_browser_a_run_that_requires_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE_BROWSER=1"):
        find_browser()
