"""`Source`: the file of a clip or of pages, in memory or on disk, read piece by piece."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import SEEK_SET, FileIO
from pathlib import Path
from typing import BinaryIO

from components.core.clip_bytes import ClipBytes
from components.media.disk_file import DiskFile, DiskReader

# So much of a file's beginning says what it is, and holds a WMV's header.
_HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Source:
    """The file as it came: `content` in memory, or where it lies on this machine's disk."""

    content: bytes | Path | DiskFile = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return self.content.size_bytes if isinstance(self.content, DiskFile) else self.content.stat().st_size

    @property
    def held_bytes(self) -> int:
        """What it takes of the memory: nothing on disk."""
        return len(self.content) if isinstance(self.content, bytes) else 0

    def open(self) -> BinaryIO | DiskReader:
        """A fresh reader at the beginning, for FFmpeg: it does not raise at places that cannot be."""
        if isinstance(self.content, bytes):
            return ClipBytes(self.content)
        return self.content.open() if isinstance(self.content, DiskFile) else _ClipFile(self.content)

    def head(self) -> bytes:
        """The first bytes, as many as tell the format."""
        if isinstance(self.content, bytes):
            return self.content[:_HEAD_BYTES]
        with self.open() as file:
            return file.read(_HEAD_BYTES)

    def read(self) -> bytes:
        """All of it."""
        if isinstance(self.content, bytes):
            return self.content
        with self.open() as file:
            return file.read()


class OfSource:
    """What a clip, an animation and a document have of their file."""

    __slots__ = ()
    source: Source

    @property
    def data(self) -> bytes:
        """The file's bytes; of one on disk they are read anew."""
        return self.source.read()

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return self.source.size_bytes


class _ClipFile(FileIO):
    """A file on disk that answers impossible places as `ClipBytes` does."""

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return super().read(-1 if size is None else size) or b""
        except (OSError, MemoryError, ValueError, OverflowError):
            return b""

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        try:
            return super().seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1
