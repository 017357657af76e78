"""The latest values by key, such as the measurements of pictures, which a conversation sends again each turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """At most `size` values; the least recently used is dropped first. Safe from any thread."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, _Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], _Value]) -> _Value:
        """The value of `key`. If it is missing it is made, outside the lock: threads that ask at once each make it."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        self.put(key, value)
        return value

    def put(self, key: str, value: _Value) -> None:
        """Stores a value."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)

    def values(self) -> list[_Value]:
        """A snapshot, least recently used first."""
        with self._lock:
            return list(self._values.values())
