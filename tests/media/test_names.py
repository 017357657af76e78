import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.media.names import LONGEST_NAME, file_name
from components.media.signatures import ending_of


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("two\nlines\t.png", "two lines .png"),
        ("quote\"'<b>.png", "quote\"'<b>.png"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("nul\0.png", "nul.png"),
        ("", "unnamed"),
        ("///", "unnamed"),
        ("日本語.webp", "日本語.webp"),
        ("a" * 300 + ".jpeg", "a" * 94 + "….jpeg"),
        ("a" * 300, "a" * 99 + "…"),
    ],
)
def test_a_name_is_cleaned(name, shown):
    assert file_name(name) == shown


@given(st.text(max_size=400), st.sampled_from(["png", "JPEG", "mp4"]))
def test_any_name_becomes_one_short_line_and_keeps_its_ending(stem, ending):
    name = file_name(f"{stem}.{ending}")
    assert 0 < len(name) <= LONGEST_NAME and name.isprintable()
    assert "/" not in name and "\\" not in name and ending_of(name) == ending.lower()
    assert file_name(name) == name
