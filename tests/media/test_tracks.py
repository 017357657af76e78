from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from components.media.tracks import has_sound, track_kinds

MEDIA = Path(__file__).parents[1] / "fixtures" / "media"


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (len(body) + 8).to_bytes(4, "big") + name + body


def track(kind: bytes) -> bytes:
    return box(b"trak", box(b"tkhd", bytes(20)), box(b"mdia", box(b"hdlr", bytes(8), kind, bytes(12))))


def test_tracks_of_real_files():
    assert track_kinds((MEDIA / "bigbuckbunny.mp4").read_bytes()) == {"vide", "soun"}
    assert track_kinds((MEDIA / "counted.mp4").read_bytes()) == {"vide"}
    assert track_kinds((MEDIA / "sound_only.mp4").read_bytes()) == {"soun"}


def test_index_behind_a_box_of_64_bit_size_is_found():
    large = b"\0\0\0\x01mdat" + (16 + 5).to_bytes(8, "big") + b"12345"
    assert track_kinds(large + box(b"moov", track(b"vide"))) == {"vide"}


def test_last_box_may_leave_its_size_open():
    assert track_kinds(b"\0\0\0\0moov" + track(b"soun")) == {"soun"}


def test_no_index_is_unknown_not_empty():
    assert track_kinds(box(b"mdat", b"12345")) is None
    assert track_kinds(box(b"moov")) == frozenset()


def test_a_box_larger_than_the_file_ends_the_search():
    assert track_kinds(b"\xff\xff\xff\xffmdat" + box(b"moov", track(b"vide"))) is None


def element(number: str, content: bytes) -> bytes:
    return bytes.fromhex(number) + bytes([0x80 | len(content)]) + content


def test_sound_of_matroska_is_a_track_of_type_2():
    def file(*types: int) -> bytes:
        tracks = element("1654ae6b", b"".join(element("ae", element("83", bytes([kind]))) for kind in types))
        # A list of places names the tracks before they come; the segment's size is left open, as when recording.
        places = element("114d9b74", element("53ab", bytes.fromhex("1654ae6b")))
        return element("1a45dfa3", b"") + bytes.fromhex("1853806701ffffffffffffff") + places + tracks

    assert has_sound("WebM", file(1, 2)) and has_sound("WebM", file(2))
    assert not has_sound("WebM", file(1)) and not has_sound("WebM", file(1, 17))


def test_sound_of_streams_is_told_by_their_heads():
    assert has_sound("FLV", b"FLV\x01\x05") and not has_sound("FLV", b"FLV\x01\x01")
    assert has_sound("MPEG", b"\0\0\x01\xba\0\0\x01\xc0") and not has_sound("MPEG", b"\0\0\x01\xba\0\0\x01\xe0")


@given(st.sampled_from(["MP4", "WebM", "AVI", "WMV", "FLV", "MPEG"]), st.binary(max_size=200))
def test_no_bytes_make_looking_for_sound_raise(format, noise):
    assert has_sound(format, noise) in (True, False)
    assert has_sound(format, bytes.fromhex("1a45dfa380185380671654ae6b") + noise) in (True, False)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_make_it_raise(noise, cut):
    whole = box(b"ftyp", b"isom") + box(b"moov", track(b"vide"), noise, track(b"soun"))
    track_kinds(whole[:cut])
    track_kinds(noise)
