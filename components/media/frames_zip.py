"""Pictures as they are sent, in a ZIP: each file's bytes are those of the request; a manifest tells of times and pages.

Owns names and manifest. What is sent is `storyboard`'s and `images`' matter.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from components.core.parts import FramePart, ImagePart, exact_clock

MANIFEST = "manifest.json"
# Everything the same in every archive of the same pictures, its bytes too: the earliest date that a ZIP can hold.
_DATE = (1980, 1, 1, 0, 0, 0)


def frames_zip(pictures: Sequence[FramePart | ImagePart]) -> bytes:
    """Makes the archive; files sort in the order in which the pictures are sent."""
    digits = max(3, len(str(len(pictures))))
    stream = BytesIO()
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(stream, "w") as archive:
        for number, picture in enumerate(pictures, start=1):
            name = f"{number:0{digits}d}_{_tag(picture)}.{_ending(picture)}"
            # Pictures are compressed already.
            archive.writestr(zipfile.ZipInfo(name, _DATE), picture.data, zipfile.ZIP_STORED)
            listed.append({"file": name, **_facts(picture)})
        text = json.dumps({"pictures": listed}, ensure_ascii=False, indent=2)
        archive.writestr(zipfile.ZipInfo(MANIFEST, _DATE), text + "\n", zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def label_of(picture: FramePart | ImagePart) -> str:
    """What tells a picture from the others: a frame's exact time, a page's number, else its name."""
    if not isinstance(picture, FramePart):
        return picture.name
    return picture.label() if picture.page else exact_clock(picture.time_s)


def _tag(picture: FramePart | ImagePart) -> str:
    """What stands behind the number in a file's name: letters, digits, dots and hyphens, as every file system has."""
    if isinstance(picture, FramePart):
        return f"page-{picture.page}" if picture.page else exact_clock(picture.time_s).replace(":", "-")
    plain = "".join(letter if letter.isalnum() else "-" for letter in picture.name.rpartition(".")[0] or picture.name)
    return plain.strip("-")[:60] or "picture"


def _ending(picture: FramePart | ImagePart) -> str:
    return {"image/jpeg": "jpg"}.get(picture.media_type, picture.media_type.rpartition("/")[2])


def _facts(picture: FramePart | ImagePart) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if isinstance(picture, FramePart):
        time = {"time_s": round(picture.time_s, 6), "time": exact_clock(picture.time_s)}
        page = {"page": picture.page, "pages": picture.pages}
        facts = {"of": picture.clip, **(page if picture.page else time), "caption": picture.caption}
    else:
        facts = {"of": picture.name}
    size = {"width": picture.width, "height": picture.height, "bytes": len(picture.data)}
    return {**facts, **size, "sha256": picture.sha256}
