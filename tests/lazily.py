"""Packages that take a second to import, for the few tests that use them: every process imports every test."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


class _Later(ModuleType):
    """Stands for a module, which is imported when a public name in it is first used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):  # pytest asks everything in a file of tests for such names while it collects them
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def lazily(name: str) -> ModuleType:
    """The module of that name, imported when something in it is first used, which raises ImportError without it."""
    return _Later(name)
