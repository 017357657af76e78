"""Every failure the playground knows, as one tree.

::

    PlaygroundError
    ├── ParameterError        a value the model card does not allow; `problems` has one message per field
    ├── PasteError            a pasted text that is no request which could be read
    ├── MediaError            a file that cannot be sent, refused at upload with one sentence
    ├── StoreError            the history cannot be read or written; `problem` says in one word why
    └── ApiError              the API could not be asked, or did not answer as documented
        ├── ApiConnectionError    no connection, or it broke off
        │   └── ApiTimeoutError       a limit passed: first event, idle or total
        ├── ApiStatusError        the API answered with an error: `status`, `code`, `body`, `request_id`
        └── WireError             the API answered, but not in the documented format

`str(error)` is one plain sentence that may be shown as it is; it never holds a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal


class PlaygroundError(Exception):
    """Base of everything the playground raises on purpose."""


class ParameterError(PlaygroundError):
    """Values that the model card does not allow. `problems`: parameter name -> one sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class PasteError(PlaygroundError):
    """A text in which no request can be read, or one that must not be: nothing of it was run."""


class MediaError(PlaygroundError):
    """A file that cannot be sent."""


StoreProblem = Literal["read-only", "locked", "full", "damaged", "unreachable", "newer", "other"]


class StoreError(PlaygroundError):
    """The history cannot be read or written; what is on the page is still there."""

    def __init__(self, message: str, problem: StoreProblem = "other") -> None:
        super().__init__(message)
        self.problem = problem


class ApiError(PlaygroundError):
    """Something went wrong between this program and the API.

    `kind` names the class of failure for programs (`ask --json`, filters); `code` is the API's own word.
    `raw` is the reply as it came, as far as it was read; empty when there was none. `sent` False: the whole request
    certainly never went out, so nothing can be billed for it.
    """

    kind = "api"

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
        raw: str = "",
        sent: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.raw = raw
        self.sent = sent


class ApiConnectionError(ApiError):
    """No connection could be made, or it broke before the reply was whole."""

    kind = "connection"


class ApiTimeoutError(ApiConnectionError):
    """There was a connection, but a time limit passed: first event, idle or total."""

    kind = "timeout"


class ApiStatusError(ApiError):
    """The API said no: an error status, or an error event inside a stream that began with 200."""

    kind = "status"


class WireError(ApiError):
    """The reply is not what the documentation says: not JSON, not an event stream, a redirect."""

    kind = "format"
