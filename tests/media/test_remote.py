import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.core.parts import RemoteImagePart
from components.media.remote import LONGEST_URL, remote_picture


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("an address must never be looked up or fetched here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.com/a/cat%20one.jpg?size=big#top", "cat one.jpg"),
        ("http://example.com:8080", "example.com"),
        ("HTTPS://EXAMPLE.com/x.png", "x.png"),
        ("https://[2606:4700::1111]/x.png", "x.png"),
        ("https://bücher.example/ü.png", "ü.png"),
    ],
)
def test_an_address_is_passed_on_as_it_is(url, name):
    picture = remote_picture(f"  {url}\n")
    assert picture.parts == (RemoteImagePart(url),)
    assert (picture.name, picture.kind, picture.facts) == (name, "remote", None)
    assert len(picture.notes) == 1


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "no address"),
        ("ftp://example.com/a.png", "must begin with https:// or http://"),
        ("file:///etc/passwd", "must begin with"),
        ("javascript:alert(1)", "must begin with"),
        ("example.com/a.png", "must begin with"),
        ("https:///a.png", "names no host"),
        ("https://user:secret@example.com/a.png", "user name or a password"),
        ("https://example.com/a b.png", "a space"),
        ("https://example.com/a\x00.png", "a space or a line break"),
        ("https://example.com:port/a.png", "cannot be read"),
        ("https://[::1/a.png", "cannot be read"),
        ("data:image/png;base64,AAAA", "save it as a file"),
        (f"https://example.com/{'a' * LONGEST_URL}", "at most 8,000"),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(url, sentence):
    with pytest.raises(MediaError, match=sentence) as refused:
        remote_picture(url)
    assert "secret" not in str(refused.value) and len(str(refused.value)) < 300


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.1.2.3", "[::1]", "192.168.0.7:80", "nas.local"])
def test_a_private_address_comes_with_a_warning(host):
    assert "private network" in remote_picture(f"http://{host}/a.png").notes[1]


@given(st.text(max_size=60) | st.text(max_size=40).map("https://{}".format))
def test_any_text_is_an_address_or_a_sentence(text):
    try:
        picture = remote_picture(text)
    except MediaError:
        return
    assert picture.parts[0].url == text.strip() and picture.name
