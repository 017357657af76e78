"""The status of a live run, in one line: what it waits for and how long, thinking, answering."""

from __future__ import annotations

import time

from components.runs.run import Run
from components.ui.figures import seconds
from components.ui.markdown.escaping import escaped

_WORDS = {"queued": "Queued", "connecting": "Waiting for the first event", "thinking": "Thinking"}


def status_line(run: Run) -> str:
    """The line in Markdown; for as long as the run is live."""
    now = time.monotonic()
    if run.waits_until is not None:
        return (
            f":orange[:material/hourglass: The account's rate limit is reached: waiting about "
            f"{max(1, round(run.waits_until - now))} s for a place]"
        )
    if run.retry is not None:
        retry = run.retry
        return (
            f":orange[:material/schedule: {escaped(retry.reason)}] Waiting {retry.wait_s:.1f} s before try "
            f"{retry.attempt + 1} of {retry.of + 1}."
        )
    since = run.timings.since_sent(now)
    word = _WORDS.get(run.status, "Answering")
    return f":shimmer[{word}…] {seconds(since)}" if since is not None else f":shimmer[{word}…]"
