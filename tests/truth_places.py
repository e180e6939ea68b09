"""The Pythons and platforms that the cases of truth/ run on, played on the one that is here."""

import contextlib
import http.client
import os
import platform
import re
import select
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from truth_library import Shelf

# What a test asks for, and what it then has to be tried with.
_VERSION = re.compile(r"\bversion_info\b")
_PLATFORM = re.compile(r"\bplatform\b|\bos\.name\b|\bos, .(?:fork|getuid)\b|\b(?:fcntl|pwd|winreg|msvcrt)\b")
_SSL = re.compile(r"\bimport ssl\b|\bfrom ssl\b")
_VERSIONS = ((3, 10, 4), (3, 13, 1))
_UNIX = ("fcntl", "pwd")
_WINDOWS = ("winreg", "msvcrt")
# What Windows has not, and what a Python without ssl has not.
_OF_UNIX: tuple[tuple[Any, str], ...] = (
    *((os, name) for name in ("fork", "getuid", "setreuid", "sched_getaffinity")),
    *((signal, name) for name in ("SIGALRM", "setitimer")),
    *((socket, name) for name in ("SOCK_NONBLOCK", "AF_UNIX")),
    *((select, "epoll"), (time, "tzset")),
)
_OF_SSL: tuple[tuple[Any, str], ...] = (
    (urllib.request, "HTTPSHandler"),
    (http.client, "HTTPSConnection"),
)


class _VersionInfo(tuple[Any, ...]):
    """As `sys.version_info`: a tuple with names."""

    __slots__ = ()
    major = property(lambda self: self[0])
    minor = property(lambda self: self[1])


@dataclass(frozen=True, slots=True)
class Place:
    """A version and a platform, None for the one that is here, and whether it was built with ssl."""

    version: tuple[int, int, int] | None = None
    platform: str | None = None
    ssl: bool = True

    @contextlib.contextmanager
    def played(self) -> Iterator[None]:
        """Have `sys`, `os` and the library say what they would say there."""
        if self == HERE:
            yield
            return
        with contextlib.ExitStack() as stack:
            absent: set[str] = set() if self.ssl else {"ssl"}
            for owner, name in () if self.ssl else _OF_SSL:
                stack.enter_context(_without(owner, name))
            if self.version is not None:
                info = _VersionInfo((*self.version, "final", 0))
                stack.enter_context(mock.patch.object(sys, "version_info", info))
                absent |= {"tomllib"} if self.version < (3, 11) else set()
            if self.platform is not None:
                windows = self.platform == "win32"
                stack.enter_context(mock.patch.object(sys, "platform", self.platform))
                stack.enter_context(mock.patch.object(os, "name", "nt" if windows else "posix"))
                name = "Windows" if windows else "Linux"
                stack.enter_context(mock.patch.object(platform, "system", return_value=name))
                if windows:
                    for owner, name in _OF_UNIX:
                        stack.enter_context(_without(owner, name))
                absent |= set(_UNIX if windows else _WINDOWS)
                stack.enter_context(mock.patch.object(Shelf, "more", _WINDOWS if windows else ()))
            known = {*absent, *_WINDOWS} & sys.modules.keys()
            stack.enter_context(mock.patch.object(Shelf, "absent", frozenset(absent)))
            stack.enter_context(mock.patch.dict(sys.modules))
            for module in known:
                del sys.modules[module]
            yield


def places(code: str) -> list[Place]:
    """Where a program has to run, by what it asks for."""
    versions = _VERSIONS if _VERSION.search(code) else (None,)
    platforms = ("linux", "win32") if _PLATFORM.search(code) else (None,)
    with_ssl = (True, False) if _SSL.search(code) else (True,)
    return [Place(version, name, ssl) for version in versions for name in platforms for ssl in with_ssl]


@contextlib.contextmanager
def _without(owner: Any, name: str) -> Iterator[None]:
    kept = getattr(owner, name)
    delattr(owner, name)
    try:
        yield
    finally:
        setattr(owner, name, kept)


HERE = Place()
