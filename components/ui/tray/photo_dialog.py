"""The dialog of a photo: enlarged as it will be sent, before and after in px and bytes, cropped, at full size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.core.errors import MediaError
from components.core.parts import ImagePart
from components.media.attachments import Attachment, adjusted, as_source
from components.media.closeups import busiest, closeup
from components.media.crops import Crop, marked
from components.media.images import PreparedImage
from components.ui.figures import size
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import session
from components.ui.tray.picture_tokens import about_tokens
from components.ui.tray.tile import open_next


@st.dialog("Photo", width="large", icon=":material/image:")
def open_photo(position: int) -> None:
    """Opens the photo at `position` in the tray."""
    tray = session().tray
    if not (position < len(tray) and isinstance(tray[position].facts, PreparedImage)):
        st.caption("This photo is no longer attached.")
        return
    photo = tray[position]
    st.markdown(f"**{escaped(photo.name)}**")
    # Run again when the tab changes: the pixels of the original are unpacked only where they are shown.
    sent, pixels, crop = st.tabs(["As it is sent", "Before and after", "Crop"], key="photo-tabs", on_change="rerun")
    with sent:
        _draw_sent(photo, position)
    with pixels:
        if pixels.open:
            _draw_pixels(photo, position)
    with crop:
        _draw_crop(photo, position)


def _draw_sent(photo: Attachment, position: int) -> None:
    part, image = _picture(photo)
    picture, facts = st.columns([3, 2], gap="medium")
    picture.image(part.data, width="stretch", alt=f"{photo.name} as it is sent")
    with facts:
        before = (image.original_width, image.original_height)
        st.table(
            {
                "": ["Pixels", "Size", "Format", "Tokens (estimated)"],
                "Before": [
                    f"{before[0]} × {before[1]}",
                    size(image.original_bytes),
                    image.original_format,
                    f"{about_tokens(*before):,}",
                ],
                "Sent": [
                    f"{part.width} × {part.height}",
                    size(len(part.data)),
                    part.media_type.removeprefix("image/").upper(),
                    f"{about_tokens(part.width, part.height):,}",
                ],
            },
            border="horizontal",
            hide_index=True,
            alt="The photo before and after it was prepared",
        )
        st.caption(with_code(f"{'; '.join(photo.notes) or 'Nothing was changed'}."))
        st.caption(f"SHA-256 of what is sent: `{part.sha256}`")
        # Disabled where nothing was made smaller, unless the original size was chosen before.
        full = st.toggle(
            "Send the original size",
            image.full_size,
            key=f"photo-full-{_key(photo)}",
            disabled=not (image.downscaled or image.full_size),
            help="All pixels are sent, still without the metadata. The model itself is thought to see at most about "
            "3.2 million pixels of a picture (4,096 patches of 28 × 28 px).",
        )
        white = image.on_white
        if image.transparent:
            white = st.toggle(
                "White behind transparent parts",
                image.on_white,
                key=f"photo-white-{_key(photo)}",
                help="What a model sees behind transparent parts is not known; for some it is black. Else they are "
                "sent as they are, and shown here on a pattern of grey.",
            )
        if image.original_format == "SVG" and st.button("Send its source text", key=f"photo-source-{_key(photo)}"):
            _replace(position, lambda: as_source(photo))
    if full != image.full_size:
        _change(photo, position, full_size=full)
    elif white != image.on_white:
        _change(photo, position, on_white=white)


def _draw_pixels(photo: Attachment, position: int) -> None:
    _, image = _picture(photo)
    if image.full_size:
        st.caption("All pixels are sent: before and after are the same.")
        if st.button("Send it made small", key="photo-small"):
            _change(photo, position, full_size=False)
        return
    if not image.downscaled:
        st.caption("The photo was not made small: all its pixels are sent.")
        return
    pictures = st.empty()
    across, down = st.columns(2, gap="medium")
    first_across, first_down = busiest(image)
    left = across.slider("From left to right, %", 0, 100, round(first_across * 100), key=f"pixels-across-{_key(photo)}")
    top = down.slider("From top to bottom, %", 0, 100, round(first_down * 100), key=f"pixels-down-{_key(photo)}")
    close = closeup(image, left / 100, top / 100)
    with pictures.container():
        before, after = st.columns(2, gap="small")
        region = close.region
        before.image(close.before, width="stretch", alt=f"A place of {photo.name}, its own pixels")
        before.caption(f"**Before**: {region.width} × {region.height} of its pixels")
        after.image(close.after, width="stretch", alt="The same place as it is sent")
        after.caption(f"**Sent**: the same place in {close.sent_width} × {close.sent_height} pixels")
    if st.button("Send the original size", key="photo-original", type="primary"):
        _change(photo, position, full_size=True)


def _draw_crop(photo: Attachment, position: int) -> None:
    _, image = _picture(photo)
    width, height = image.original_width, image.original_height
    if width < 2 or height < 2:
        st.caption("The picture is too small to be cropped.")
        return
    whole = Crop(0, 0, width, height)
    current = image.crop or whole
    picture, controls = st.columns([3, 2], gap="medium")
    with controls:
        left, right = _draw_range("Columns (px)", f"across-{_key(photo)}", current.left, current.right, width)
        top, bottom = _draw_range("Rows (px)", f"down-{_key(photo)}", current.top, current.bottom, height)
        chosen = Crop(left, top, right, bottom) if left < right and top < bottom else None
        if chosen is None:
            st.caption(":red[There is nothing left: move the ends apart.]")
        else:
            tokens = about_tokens(chosen.width, chosen.height)
            st.caption(
                f"{chosen.width} × {chosen.height} of {width} × {height} px, cut from the original: about {tokens:,} "
                "tokens (estimated). The arrow keys move an end, too."
            )
        unchanged = chosen in (None, current)
        use = st.button("Send this region", key="crop-use", type="primary", disabled=unchanged, width="stretch")
        reset = st.button("Send the whole picture", key="crop-whole", disabled=image.crop is None, width="stretch")
    shown = marked(image.small, chosen or current, width, height)
    picture.image(shown, alt=f"{photo.name}, with the chosen region marked")
    if use and chosen is not None:
        _change(photo, position, crop=None if chosen == whole else chosen)
    elif reset:
        _change(photo, position, crop=None)


def _draw_range(label: str, key: str, start: int, end: int, most: int) -> tuple[int, int]:
    # By keyboard a whole screen must not take a thousand presses; a picture of up to 400 px goes by single ones.
    step = max(1, most // 200)
    return st.slider(label, 0, most, (start, end), step=step, key=key)


def _key(photo: Attachment) -> str:
    # Widgets keep what they hold by their key; each picture, and each way of sending it, begins with its own.
    part, image = _picture(photo)
    return f"{part.sha256[:16]}-{image.full_size}-{image.on_white}"


def _change(photo: Attachment, position: int, **changes: Any) -> None:
    """Prepares the photo again with changed arguments of `adjusted`; the others stay."""
    _, image = _picture(photo)
    current = {"full_size": image.full_size, "crop": image.crop, "on_white": image.on_white}
    _replace(position, lambda: adjusted(photo, **(current | changes)))


def _replace(position: int, make: Callable[[], Attachment]) -> None:
    try:
        session().tray[position] = make()
    except MediaError as error:
        st.error(with_code(str(error)))
        return
    open_next(open_photo, position)
    st.rerun()


def _picture(photo: Attachment) -> tuple[ImagePart, PreparedImage]:
    (part,) = photo.parts
    assert isinstance(part, ImagePart) and isinstance(photo.facts, PreparedImage)
    return part, photo.facts
