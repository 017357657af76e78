"""`Uploads`: large files on their way in, piece by piece, each into a file on the disk. No Streamlit."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from components.core.errors import MediaError
from components.media.disk_file import DiskFile
from components.media.limits import CLIP_UPLOAD_BYTES
from components.media.source import Source

# [own] A browser sends one after the other, each in pieces of this size, so that little is in memory and a line that
# breaks costs little. What is smaller than `WHOLE_BYTES` comes in one go.
PIECE_BYTES = 8 * 1024 * 1024
WHOLE_BYTES = 2 * PIECE_BYTES
# [own] Files of one session that have begun to come and were not taken; beyond them the oldest is given up.
_MOST_BEGUN = 8
# The browser's own number for the file, and the place in it of the piece's first byte.
_PIECE = re.compile(r"piece-([0-9a-f]{32})-(\d{1,12})")


class Uploads:
    """The files that browser sessions are sending. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """`folder`: on whose disk they lie."""
        self._folder = folder
        self._lock = threading.Lock()
        self._begun: dict[str, dict[str, DiskFile]] = {}

    def put(self, session_id: str, piece: str, data: bytes) -> bool:
        """Adds a piece by its name (`piece-` file `-` place); one that comes again is the same. False for other names.

        Raises: MediaError if a piece before it is missing or the file grows too large, OSError if the disk is full.
        """
        named = _PIECE.fullmatch(piece)
        if named is None:
            return False
        id, place = named[1], int(named[2])
        with self._lock:
            files = self._begun.setdefault(session_id, {})
            if place == 0 and id not in files:
                files[id] = DiskFile(self._folder)
                while len(files) > _MOST_BEGUN:
                    del files[next(iter(files))]
            file = files.get(id)
        if file is None or place > file.size_bytes or place + len(data) > CLIP_UPLOAD_BYTES:
            raise MediaError("A piece of the file is missing, or it is too large.")
        file.write_at(place, data)
        return True

    def claim(self, session_id: str, id: str, size_bytes: int) -> Source | None:
        """Hands a file over that came in full; None if it did not."""
        with self._lock:
            file = self._begun.get(session_id, {}).pop(id, None)
        return Source(file) if file is not None and file.size_bytes == size_bytes else None

    def drop(self, session_id: str, id: str) -> None:
        """Gives a file up."""
        with self._lock:
            self._begun.get(session_id, {}).pop(id, None)

    def forget(self, session_id: str) -> None:
        """Gives up what a session has begun to send."""
        with self._lock:
            self._begun.pop(session_id, None)
