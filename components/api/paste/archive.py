"""Reads a zip of Get code: the program and the files beside it. Nothing is written to a disk."""

from __future__ import annotations

import io
import zipfile

from components.core.errors import MediaError, PasteError
from components.media.text_files import read_text

_PROGRAMS = (".py", ".sh", ".mjs", ".ipynb", ".json")
# The most that is unpacked: a small archive may contain far more than its size.
MAX_BYTES = 120_000_000
MAX_FILES = 300


def read_archive(data: bytes) -> tuple[str, dict[str, bytes]]:
    """The program's text, empty if there is none, and path -> bytes of all other files.

    Raises: PasteError if it is no zip, or contains more than a program could send.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise PasteError(
                    f"The zip holds more than {MAX_FILES} files or {MAX_BYTES // 1_000_000} MB: that is no request."
                )
            contents = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise PasteError("The zip is damaged or locked: download it again.") from error
    programs = [name for name in contents if "/" not in name and name.endswith(_PROGRAMS)]
    if not programs:
        return "", contents
    try:
        return read_text(contents.pop(programs[0]), f"{programs[0]!r} in the zip"), contents
    except MediaError as error:
        raise PasteError(str(error)) from error
