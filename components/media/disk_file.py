"""`DiskFile`: a file on the disk without a name, gone with the last who holds it, and with the process."""

from __future__ import annotations

import tempfile
import threading
import weakref
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from pathlib import Path


class DiskFile:
    """Bytes that are written piece by piece and read from any place. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Makes an empty one on the disk of `folder`, which is made if need be. Raises: OSError if it cannot be."""
        folder.mkdir(parents=True, exist_ok=True)
        # Not in the folder for temporary files, which on many systems is memory.
        self._file = tempfile.TemporaryFile(dir=folder)
        weakref.finalize(self, self._file.close)
        self._lock = threading.Lock()
        self._size = 0

    @property
    def size_bytes(self) -> int:
        """The size of what was written so far."""
        return self._size

    def write_at(self, place: int, data: bytes) -> None:
        """Writes from the byte number `place` on, over what is there. Raises: OSError if the disk is full."""
        with self._lock:
            self._file.seek(place)
            self._file.write(data)
            self._file.flush()
            self._size = max(self._size, place + len(data))

    def read_at(self, place: int, size: int) -> bytes:
        """Up to `size` bytes from the byte number `place` on; none behind the end."""
        with self._lock:
            self._file.seek(place)
            return self._file.read(size)

    def open(self) -> DiskReader:
        """A fresh reader at the beginning."""
        return DiskReader(self)


class DiskReader(RawIOBase):
    """Reads a `DiskFile`. For FFmpeg, which asks damaged clips for places that cannot be: that gives nothing, or -1."""

    def __init__(self, file: DiskFile) -> None:
        self._file = file
        self._place = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The number of the byte that is read next."""
        return self._place

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, all that are left if `size` is negative."""
        left = max(0, self._file.size_bytes - self._place)
        try:
            given = self._file.read_at(self._place, left if size is None or size < 0 else min(size, left))
        except (OSError, MemoryError):
            given = b""
        self._place += len(given)
        return given

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Moves to a place; -1 if it cannot be."""
        begin = {SEEK_SET: 0, SEEK_CUR: self._place, SEEK_END: self._file.size_bytes}.get(whence)
        if begin is None or begin + offset < 0:
            return -1
        self._place = begin + offset
        return self._place
