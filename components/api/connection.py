"""Where requests go and how long each phase may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

ANTHROPIC_VERSION = "2023-06-01"

# A shorter key is a placeholder for a local server ("none"); masking it would damage every text that contains it.
_SHORTEST_SECRET = 8
_FORGOTTEN = "gone"
_EMPIRIOLABS = "api.empiriolabs.ai"


@dataclass(frozen=True, slots=True)
class Connection:
    """An endpoint and its key, which is sent nowhere else.

    `base_url` ends in ``/v1``, without a slash. `key` None: no credential is sent (a local server). `simulated`: the
    built-in simulator answers there. `public_only`: the address was typed by somebody who shares this app with others,
    so it must not lead into the private network of the app's server.
    """

    base_url: str
    key: str | None = field(default=None, repr=False)
    simulated: bool = False
    public_only: bool = False

    @property
    def host(self) -> str:
        """Host and port, to be named in a sentence."""
        return self.base_url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]

    @property
    def of_empiriolabs(self) -> bool:
        """Whether advice about EmpirioLabs' dashboard applies; the simulator copies their API."""
        return self.simulated or self.host == _EMPIRIOLABS

    @property
    def headers(self) -> dict[str, str]:
        """The credential as a header; empty without a key."""
        return {"authorization": f"Bearer {self.key}"} if self.key else {}

    def request_headers(self, of_the_wire: Mapping[str, str], *, streamed: bool) -> dict[str, str]:
        """All headers of a request but the host and the body's length, which the HTTP library adds."""
        accept = "text/event-stream" if streamed else "application/json"
        return {"content-type": "application/json", "accept": accept, **of_the_wire, **self.headers}

    def without_key(self) -> Connection:
        """The same endpoint with a placeholder for its key, so that one can still see that it had a key."""
        return replace(self, key=_FORGOTTEN if self.key else None)

    def masked(self, text: str) -> str:
        """The text with the key masked: some servers repeat it in their errors."""
        if self.key is None or len(self.key) < _SHORTEST_SECRET:
            return text
        return text.replace(self.key, "…key…")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds, each for one phase.

    `connect`: TCP and TLS. `first_event`: from then to the first event of a stream. `idle`: silence between two reads
    after that; any byte counts, also a keep-alive comment, so a model may think in silence as long as the gateway shows
    that it is alive. `total`: the platform ends every request after 15 minutes (EmpirioLabs API overview, "Long-running
    requests"); a reply that is not streamed has only this limit, since it arrives all at once.
    """

    connect: float = 10.0
    first_event: float = 90.0
    idle: float = 300.0
    total: float = 900.0
