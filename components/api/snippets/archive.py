"""A zip of the program, its files and a README."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from components.api.snippets.body import MediaFile
from components.api.snippets.program import Program


def make_archive(program: Program, more: Iterable[MediaFile] = ()) -> bytes:
    """The bytes of a zip file. `more`: further files that the program reads, such as a clip."""
    readme = "\n".join(
        [
            "Run it in this folder:",
            "",
            f"    {program.install}",
            f"    {program.run}",
            "",
            "The key is read from the environment; it is in none of these files.",
            *program.notes,
            "",
        ]
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(program.filename, program.code)
        archive.writestr("README.txt", readme)
        for file in (*program.files, *more):
            # Pictures and clips are compressed already.
            archive.writestr(file.path, file.data, compress_type=zipfile.ZIP_STORED)
    return target.getvalue()
