"""The program, its files and how to run it as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from components.api.snippets.body import MediaFile
from components.api.snippets.program import Program


def make_archive(program: Program, more: Iterable[MediaFile] = ()) -> bytes:
    """A zip file. `more`: files that the program reads beside its own, such as a clip."""
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
            # Pictures are compressed already.
            archive.writestr(file.path, file.data, compress_type=zipfile.ZIP_STORED)
    return target.getvalue()
