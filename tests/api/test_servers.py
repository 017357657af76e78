"""Finding the server of a typed address, its models, and the servers of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from components.api import servers
from components.api.connection import Connection
from components.api.servers import base_urls, chat_models_first, find_local_servers, find_server, is_local
from components.core.errors import ApiStatusError
from components.gateway.server import Simulator
from tests.raw_server import close, send


@pytest.fixture(scope="module")
def simulator():
    with Simulator() as running:
        yield running


@contextmanager
def routes(**answers: str) -> Iterator[tuple[str, list[str]]]:
    """A server that answers the given requests ("GET /models") with 200 and the body, others with 404 and JSON."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("content-length", 0)))
            body = answers.get(f"{self.command} {self.path}")
            status = 404 if body is None else 400 if self.command == "POST" else 200
            self.send_response(status)
            self.end_headers()
            self.wfile.write((body or '{"error": "File Not Found"}').encode())

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            """Logs nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


def answer(status, body, more=b""):
    return [send(b"HTTP/1.1 " + status + b"\r\n" + more + b"\r\n" + body), close()]


LISTING = '{"data": [{"id": "a"}]}'


@pytest.mark.parametrize(
    "beyond", ["", "/", "/v1", "/v1/", "/v1/chat/completions", "/v1/responses?x=1", "/v1/messages", "/v1/models"]
)
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_an_address_is_found_in_any_form(simulator, beyond, scheme):
    typed = scheme + simulator.base_url.removeprefix("http://").removesuffix("/v1") + beyond
    found = find_server(f" {typed} ", None, public_only=False)
    assert found.connection.base_url == simulator.base_url and found.models == ("kimi-k2-6",)


@pytest.mark.parametrize("root", [(b"404 Not Found", b"no"), (b"200 OK", b"<html>Ollama is running")])
def test_an_address_may_leave_the_version_out(serve, root):
    server = serve(answer(*root), answer(b"200 OK", LISTING.encode()))
    found = find_server(f"{server.url}/", None, public_only=False)
    assert (found.connection.base_url, found.models) == (f"{server.url}/v1", ("a",))


def test_an_address_may_name_a_version_that_the_server_has_not():
    with routes(**{"GET /models": LISTING}) as (url, _):
        assert find_server(f"{url}/v1", None, public_only=False).connection.base_url == url


@pytest.mark.parametrize(("whole", "partial"), [("/v1", ""), ("", "/v1")])
def test_of_two_bases_the_one_with_all_endpoints_is_meant(whole: str, partial: str):
    answers = {"GET /models": LISTING, "GET /v1/models": LISTING, f"POST {partial}/chat/completions": "{}"}
    answers |= {f"POST {whole}{path}": "{}" for path in ("/chat/completions", "/responses", "/messages")}
    with routes(**answers) as (url, asked):
        assert find_server(url, None, public_only=False).connection.base_url == url + whole
        assert "POST /messages" in asked and "POST /v1/messages" in asked


def test_where_one_base_answers_no_endpoint_is_tried():
    with routes(**{"GET /v1/models": LISTING}) as (url, asked):
        find_server(url, None, public_only=False)
        assert asked == ["GET /models", "GET /v1/models"]


def test_models_may_come_as_a_bare_list(serve):
    server = serve(answer(b"200 OK", b'[{"id": "a"}, {"name": "b"}]'))
    assert find_server(server.url + "/v1", "k", public_only=False).models == ("a",)


def test_a_server_that_lists_no_models_is_told_from_one_that_is_none(serve):
    server = serve(answer(b"404 Not Found", b'{"detail": "Not Found"}'))
    found = find_server(server.url, None, public_only=False)
    assert (found.connection.base_url, found.models) == (server.url, None)
    page = serve(answer(b"404 Not Found", b"<html>nothing here"))
    with pytest.raises(ApiStatusError, match="There is no such endpoint"):
        find_server(page.url, None, public_only=False)


@pytest.mark.parametrize("code", ["", "invalid_api_key"])
def test_a_refused_key_is_not_tried_at_another_address_and_no_dashboard_named(serve, code):
    server = serve(answer(b"401 Unauthorized", b'{"error": {"code": "%s"}}' % code.encode()))
    with pytest.raises(ApiStatusError, match="does not accept this key") as refused:
        find_server(server.url, "k", public_only=False)
    assert len(server.exchanges) == 1
    assert "dashboard" not in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("https://example.com/api/v1/chat/completions", ["https://example.com/api/v1", "https://example.com/api"]),
        ("example.com", ["https://example.com", "https://example.com/v1"]),
        ("localhost:8080", ["http://localhost:8080", "http://localhost:8080/v1"]),
        ("192.168.1.5:1234/v1/models", ["http://192.168.1.5:1234/v1", "http://192.168.1.5:1234"]),
        ("https://example.com/api/paas/v4/", ["https://example.com/api/paas/v4"]),
        ("https://example.com/openai?api-version=1#x", ["https://example.com/openai", "https://example.com/openai/v1"]),
    ],
)
def test_what_a_typed_address_may_mean(typed, means):
    assert base_urls(typed) == means


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:8000/v1", True),
        ("127.0.0.1", True),
        ("http://[::1]:8000/v1", True),
        ("https://10.0.0.7/v1", True),
        ("ollama:11434", True),
        ("http://box.local", True),
        ("http://api.example.com/v1", False),
        ("8.8.8.8:80", False),
    ],
)
def test_an_address_of_the_own_network_is_told_by_its_text(address, local):
    assert is_local(address) is local


def test_models_that_answer_no_chat_come_last():
    listed = ["text-embedding-3-small", "gpt-oss-20b", "BAAI/bge-m3", "nomic-embed-text:latest", "qwen3", "whisper-1"]
    assert chat_models_first(listed) == (
        "gpt-oss-20b", "qwen3", "text-embedding-3-small", "BAAI/bge-m3", "nomic-embed-text:latest", "whisper-1",
    )  # fmt: skip


def test_running_servers_of_this_machine_are_found_and_others_passed_over(simulator, serve, monkeypatch):
    port = int(simulator.base_url.split(":")[2].split("/")[0])
    page = int(serve(answer(b"200 OK", b"<html>a web page</html>")).url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ports = {"llama.cpp": port, "vLLM": page, "Ollama": 1, "LM Studio": silent.getsockname()[1]}
        monkeypatch.setattr(servers, "USUAL_PORTS", ports)
        (found,) = find_local_servers()
    assert (found.name, found.base_url, found.models) == ("llama.cpp", simulator.base_url, ("kimi-k2-6",))


@pytest.mark.parametrize(
    ("base_url", "ours"),
    [("https://api.empiriolabs.ai/v1", True), ("https://api.openai.com/v1", False), ("http://127.0.0.1:1/v1", False)],
)
def test_only_empiriolabs_is_empiriolabs(base_url, ours):
    assert Connection(base_url).of_empiriolabs is ours
