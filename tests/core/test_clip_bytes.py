"""What FFmpeg asks of a clip's bytes is answered, never with an exception."""

import pytest

from components.core.clip_bytes import ClipBytes, has_damaged_asf_header
from tests.media.clips import recorded


@pytest.mark.parametrize(("offset", "whence"), [(-1, 0), (2**70, 0), (2**63 - 1, 2)])
def test_a_place_that_cannot_be_is_a_number_that_says_so(offset, whence):
    assert ClipBytes(b"abc").seek(offset, whence) == -1


def test_an_amount_that_cannot_be_is_nothing():
    assert ClipBytes(b"abc").read(2**70) == b""
    assert ClipBytes(b"abc").read(9) == b"abc"


def test_a_header_of_wmv_is_whole_when_its_objects_fill_it():
    whole = recorded(5, codec="wmv2", format="asf")
    assert not has_damaged_asf_header(whole)
    # The first object's size, and the size that the picture track states for data of its own.
    track = whole.index(bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365"))
    for place in (46, track + 64):
        damaged = bytearray(whole)
        damaged[place : place + 4] = bytes.fromhex("ffffff7f")
        assert has_damaged_asf_header(bytes(damaged))
    assert has_damaged_asf_header(whole[:100])
    # Five bytes too many in its last object: what follows the header are no packets.
    assert has_damaged_asf_header(whole[:470] + bytes(5) + whole[470:])
    assert not has_damaged_asf_header(recorded(5)[:100])
