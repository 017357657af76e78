"""The names that people know codecs by."""

from __future__ import annotations

from av.codec.context import CodecContext

# FFmpeg's name of a codec -> the usual one; others go by FFmpeg's own description.
_NAMES = {
    "h264": "H.264",
    "hevc": "H.265",
    "vvc": "H.266",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "mpeg4": "MPEG-4",
    "msmpeg4v2": "MS MPEG-4 v2",
    "msmpeg4v3": "DivX 3",
    "mpeg1video": "MPEG-1",
    "mpeg2video": "MPEG-2",
    "mjpeg": "Motion JPEG",
    "prores": "ProRes",
    "dnxhd": "DNxHD",
    "dvvideo": "DV",
    "wmv1": "WMV 7",
    "wmv2": "WMV 8",
    "wmv3": "WMV 9",
    "vc1": "VC-1",
    "flv1": "Sorenson H.263",
    "h263": "H.263",
    "theora": "Theora",
    "cinepak": "Cinepak",
    "svq1": "Sorenson Video 1",
    "svq3": "Sorenson Video 3",
    "qtrle": "QuickTime Animation",
    "rawvideo": "uncompressed",
    "huffyuv": "Huffyuv",
    "ffvhuff": "Huffyuv",
    "ffv1": "FFV1",
    "utvideo": "Ut Video",
    "cfhd": "CineForm",
    "png": "PNG",
    "vp6f": "VP6",
    "vp6": "VP6",
    "flashsv": "Flash Screen Video",
    "flashsv2": "Flash Screen Video 2",
    "jpeg2000": "JPEG 2000",
    "rv40": "RealVideo 4",
    "indeo5": "Indeo 5",
}


def codec_name(context: CodecContext) -> str:
    """Names the codec of a track."""
    codec = context.codec
    name = getattr(codec, "canonical_name", None) or codec.name
    return _NAMES.get(name) or codec.long_name or name
