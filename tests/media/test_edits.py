"""Clips that were trimmed by their edit list: what is shown of them is what a player shows."""

import struct
from io import BytesIO

import av
import pytest

from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip

from .clips import recorded, shown, shown_by

_TICKS = 16_000  # that PyAV's writer gives a track of 1,000 ticks


def with_edits(clip: bytes, edits: list[tuple[int, int]]) -> bytes:
    """The MP4 with another edit list: where each edit starts (-1 for a pause) and how long it is, in ms."""
    at = clip.index(b"elst") - 4
    (size,) = struct.unpack_from(">I", clip, at)
    (first,) = struct.unpack_from(">i", clip, at + 20)
    entries = [
        struct.pack(">Iii", length, -1 if start < 0 else first + start * _TICKS // 1000, 1 << 16)
        for start, length in edits
    ]
    box = struct.pack(">I4sII", 16 + 12 * len(edits), b"elst", 0, len(edits)) + b"".join(entries)
    made = bytearray(clip[:at] + box + clip[at + size :])
    for name in (b"edts", b"trak", b"moov"):
        place = clip.index(name) - 4
        struct.pack_into(">I", made, place, struct.unpack_from(">I", clip, place)[0] + len(box) - size)
    return bytes(made)


def played(clip: bytes) -> list[tuple[float, int]]:
    """The frames that FFmpeg shows, read through: time in seconds from the first, and number."""
    with av.open(BytesIO(clip)) as container:
        frames = [(float(frame.pts * frame.time_base), frame) for frame in container.decode(video=0)]
        return [(round(time - frames[0][0], 3), shown(frame.to_ndarray(format="gray"))) for time, frame in frames]


EDITS = {
    "begins later": [(500, 1900)],
    "ends earlier": [(0, 900)],
    "both, after a pause": [(-1, 700), (500, 1000)],
    "two pieces": [(500, 600), (1500, 500)],
    "in another order": [(1500, 500), (300, 600)],
    "twice": [(0, 1000), (0, 1000)],
}


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("options", [{"g": "12", "bf": "2"}, {"g": "200", "bf": "3"}], ids=["groups", "one group"])
def test_a_trimmed_clip_is_what_players_show_of_it(edits, options):
    data = with_edits(recorded(60, options=options), edits)
    clip = open_clip("a.mp4", data)
    every = make_storyboard(clip, Sampling(rule="marks", marks_s=clip.frame_times_s))
    assert [(round(part.time_s, 3), shown_by(part)) for part in every.parts] == played(data)
    even = make_storyboard(clip, Sampling(count=5, exact=True))
    assert len(even.parts) == 5 and clip.duration_s == pytest.approx(len(clip.frame_times_s) / 25, abs=0.03)
    (note,) = clip.notes
    assert note.startswith("trimmed: the file still holds ") and "only if the clip itself is sent" in note


@pytest.mark.parametrize("edits", [[(0, 2400)], [(-1, 300), (0, 2400)]], ids=["all of it", "all of it, later"])
def test_a_list_that_trims_nothing_leaves_the_clip_as_it_is(edits):
    clip = open_clip("a.mp4", with_edits(recorded(60), edits))
    assert clip.frame_count == 60 and clip.notes == ()
