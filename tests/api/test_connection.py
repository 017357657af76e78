"""The key is sent in one header and appears nowhere else."""

from components.api.connection import Connection

KEY = "sk-empiriolabs-canary"


def test_the_key_is_in_the_header_and_not_in_the_repr():
    connection = Connection("http://127.0.0.1/v1", KEY)
    assert connection.headers == {"authorization": f"Bearer {KEY}"}
    assert KEY not in repr(connection) + str(connection)


def test_without_a_key_there_is_no_header_and_nothing_to_mask():
    connection = Connection("http://127.0.0.1/v1")
    assert connection.headers == {}
    assert connection.masked("text") == "text"


def test_the_key_is_masked_wherever_it_stands():
    assert Connection("http://x/v1", KEY).masked(f"a{KEY}b{KEY}") == "a…key…b…key…"


def test_a_placeholder_for_a_key_does_not_spoil_the_text():
    assert Connection("http://x/v1", "none").masked('{"tool_choice": "none"}') == '{"tool_choice": "none"}'
