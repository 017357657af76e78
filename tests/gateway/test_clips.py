"""Whole clips sent to the simulator: damaged and crafted ones are refused; of others the length is counted."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media.clips import MEDIA, recorded, without_index

ROOT = Path(__file__).parents[2]


def video(data: bytes) -> dict[str, Any]:
    url = f"data:video/mp4;base64,{base64.b64encode(data).decode()}"
    return {"type": "video_url", "video_url": {"url": url}}


def changed(data: bytes, place: int, bytes_there: str) -> bytes:
    damaged = bytearray(data)
    new = bytes.fromhex(bytes_there)
    damaged[place : place + len(new)] = new
    return bytes(damaged)


def windows_media() -> bytes:
    """States a size for the picture track's own data that nobody has the memory for."""
    whole = recorded(5, codec="wmv2", format="asf")
    return changed(whole, whole.index(bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")) + 64, "ffffff7f")


DAMAGED = {
    "cut short": lambda: recorded(30)[:600],
    "a broken header": lambda: without_index(recorded(30)),
    "a size that cannot be": windows_media,
    "sound only": lambda: (MEDIA / "sound_only.mp4").read_bytes(),
    "a playlist": lambda: b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n",
    "a list of other files": lambda: f"ffconcat version 1.0\nfile '{MEDIA / 'counted.mp4'}'\n".encode(),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_clip_that_cannot_be_read_is_refused_in_a_sentence(client: httpx.Client, kind: str) -> None:
    messages = [{"role": "user", "content": [video(DAMAGED[kind]())]}]
    response = client.post("/chat/completions", json={"model": "kimi-k2-6", "messages": messages})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, "invalid_video")
    assert "cannot be decoded as a video" in error["message"]


def test_a_simulator_of_its_own_reads_nothing_but_what_it_was_sent() -> None:
    # In a process where the app's reader was never imported.
    program = (
        "import sys; from components.gateway.media.video_frames import sample_frames; from pathlib import Path\n"
        f"clip = Path({str(MEDIA / 'counted.mp4')!r})\n"
        "listed = f\"ffconcat version 1.0\\nfile '{clip}'\\n\".encode()\n"
        "assert sample_frames(listed) is None and len(sample_frames(clip.read_bytes()).frames) == 12\n"
        "assert not any(name.startswith('components.media') for name in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_live_recording_counts_for_as_long_as_it_is(ask: Any) -> None:
    data = recorded(75, codec="libvpx-vp9", format="webm", container_options={"live": "1"})
    reply = ask([video(data), {"type": "text", "text": "What happens?"}])
    assert "12 frames" in reply["choices"][0]["message"]["content"]
    # Three seconds, two frames a second, 256 tokens each.
    alone = ask("What happens?")["usage"]["prompt_tokens"]
    assert reply["usage"]["prompt_tokens"] - alone == 6 * 256
