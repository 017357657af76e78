"""The pixels of a frame that PyAV decoded, as the page and the model are shown them: 8 bits, sRGB's primaries."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from components.media.orientation import Frame

# What screens show, and what pictures of a wider range are brought to: BT.709, for primaries and for brightness.
_BT709 = 1
# BT.2020, SMPTE 431 and P3; PQ and HLG. ITU-T H.273, tables 2 and 3.
_WIDE_PRIMARIES = frozenset({9, 11, 12})
_WIDE_RANGES = frozenset({16, 18})
# FFmpeg takes a second and more to prepare the way from one kind of colour to another; a clip or two are at work.
_MOST_KEPT = 4

# So many rows and columns are looked at.
_SAMPLED = 24

Sample = npt.NDArray[np.int16]

_lock = threading.Lock()
_kept: OrderedDict[tuple[object, ...], VideoReformatter] = OrderedDict()


def has_wide_colours(frame: VideoFrame) -> bool:
    """Whether a frame has more colours or brightness (HDR) than a picture that is sent can have."""
    return int(frame.color_primaries) in _WIDE_PRIMARIES or int(frame.color_trc) in _WIDE_RANGES


def pixels(frame: VideoFrame) -> Frame:
    """The pixels as stored: uint8 array (height, width, 3), BGR. Wide colours are mapped to those of screens."""
    if has_wide_colours(frame):
        key = (frame.width, frame.height, frame.format.name, int(frame.color_primaries), int(frame.color_trc))
        with _lock:
            reformatter = _kept.pop(key, None) or VideoReformatter()
            _kept[key] = reformatter
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
            frame = reformatter.reformat(frame, format="bgr24", dst_color_primaries=_BT709, dst_color_trc=_BT709)
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def sample(frame: Frame) -> Sample:
    """Some hundred pixels from all over the frame: int16 array (rows, columns, 3)."""
    rows, columns = (max(1, side // _SAMPLED) for side in frame.shape[:2])
    return frame[rows // 2 :: rows, columns // 2 :: columns].astype(np.int16)
