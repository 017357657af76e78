"""Brings any picture's pixels to 8 bits and sRGB, the only colours that a model can be trusted to read.

Owns depth, palettes, alpha and colour profiles; not size, orientation or encoding (`images`).
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
# The modes that a profile's own colour space asks for, by its ICC signature.
_PROFILE_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def to_eight_bits(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Gives the picture as L, RGB, RGBA or CMYK, 8 bits a channel, with notes on what that changed.

    16-bit values are divided by 256, as PNG and TIFF define them; 32-bit and floating-point ones have no fixed range
    and are stretched from their lowest to their highest. An alpha channel that hides nothing is dropped.
    """
    if image.mode in ("L", "RGB", "CMYK") and not image.has_transparency_data:
        return image, ()
    if image.mode.startswith("I;16"):
        # Pillow's own conversion clips: everything over 255 would be white.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L"), ("converted from 16-bit grey",)
    if image.mode in ("I", "F"):
        return _stretched(image), ("grey values of 32 bits stretched to 8",)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() != (255, 255):
            return image, ()
        return image.convert("RGB"), ()
    notes = {"P": ("converted from a colour palette",)}.get(image.mode, ())
    return image.convert("L" if image.mode == "1" else "RGB"), notes


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[str, ...]]:
    """Gives a picture of `to_eight_bits` as L, RGB or RGBA in sRGB, with notes. `profile` is its ICC profile, if any.

    A profile that cannot be read or does not fit is dropped with a note; the values are then taken as sRGB.
    """
    notes: tuple[str, ...] = ()
    if profile:
        image, notes = _applied(image, profile)
    if image.mode == "CMYK":
        return image.convert("RGB"), (*notes, "converted from CMYK")
    return image, notes


def _applied(image: Image.Image, data: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        name = ImageCms.getProfileDescription(profile).strip()
        if name.startswith("sRGB"):
            return image, ()
        mode = _PROFILE_MODES[profile.profile.xcolor_space]
        if mode != image.mode.removesuffix("A"):
            raise ValueError(f"a profile for {mode} on a picture in {image.mode}")
        colours = image.convert(mode) if image.mode == "RGBA" else image
        converted = ImageCms.profileToProfile(colours, profile, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, KeyError, ValueError, TypeError, OSError):
        return image, ("its colour profile does not fit and was dropped",)
    if converted is None:
        raise TypeError("`profileToProfile` gives a picture unless it works in place")
    if image.mode == "RGBA":
        converted.putalpha(image.getchannel("A"))
    elif image.mode == "L":
        converted = converted.convert("L")
    return converted, (f"colours converted from {name or 'its own profile'} to sRGB",)


def _stretched(image: Image.Image) -> Image.Image:
    values = np.asarray(image, dtype=np.float32)
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    scaled = (np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low) * (255 / (high - low or 1))
    return Image.fromarray(scaled.round().clip(0, 255).astype(np.uint8))
