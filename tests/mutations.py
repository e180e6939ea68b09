"""What can go wrong with a file: bytes lost, lines swapped, an indentation changed, two files in one."""

import re
from collections.abc import Callable
from random import Random

PIECES = (
    b"try:\n",
    b"    import a\n",
    b"    from .b import c as d\n",
    b"except ImportError:\n",
    b"except ImportError, OSError:\n",
    b"except* (ImportError, E) as e:\r\n",
    b"except:\r",
    b"    x = None\n",
    b"\tx = None\n",
    b"    pass; raise\n",
    b"else:\n",
    b"finally:",
    b"with suppress(ImportError): import a\n",
    b"from contextlib import suppress\n",
    b"if x:\n",
    b"def f():\n",
    b"match x:\n",
    b" case _: pass\n",
    b"(x := __import__('a'))\n",
    b"# noqa: FBK101\n",
    b"# coding: latin-1\n",
    b"# -*- coding: utf-7 -*-\n",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xff\xe9",
    "\u00e4\u2028".encode(),
    b"\f",
    b"\\\n",
    b"\r",
    b"(" * 40,
    b"'''",
    b"f'{",
)
_INDENTS = (b"", b" ", b"    ", b"\t", b"\t\t", b"        ", b"\f", b" \t", b"\\\n")
_LINE_ENDS = (b"\r\n", b"\r", b"\n", b"\\\n", b"\n\n", b" \n")
_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")

Mutation = Callable[[bytes, bytes, Random], bytes]


def mutated(data: bytes, other: bytes, random: Random) -> bytes:
    """The bytes of a file after one to four mishaps; `other` is a file that may get into it."""
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(MUTATIONS)(data, other, random)
    return data


def _lines_deleted(data: bytes, _: bytes, random: Random) -> bytes:
    lines = _LINES.findall(data)
    first, last = _range(len(lines), 6, random)
    return b"".join(lines[:first] + lines[last:])


def _lines_doubled(data: bytes, _: bytes, random: Random) -> bytes:
    lines = _LINES.findall(data)
    first, last = _range(len(lines), 6, random)
    return b"".join(lines[:last] + lines[first:])


def _lines_swapped(data: bytes, _: bytes, random: Random) -> bytes:
    lines = _LINES.findall(data)
    first, last = _range(len(lines), 3, random)
    again, end = _range(len(lines), 3, random)
    lines[first:last], lines[again:end] = lines[again:end], lines[first:last]
    return b"".join(lines)


def _bytes_dropped(data: bytes, _: bytes, random: Random) -> bytes:
    first, last = _range(len(data), 12, random)
    return data[:first] + data[last:]


def _bytes_inserted(data: bytes, _: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    put = random.choice(PIECES) if random.random() < 0.7 else random.randbytes(random.randint(1, 4))
    return data[:at] + put + data[at:]


def _indented_anew(data: bytes, _: bytes, random: Random) -> bytes:
    lines = _LINES.findall(data)
    first, last = _range(len(lines), 8, random)
    indent = random.choice(_INDENTS)
    changed = [indent + (line if random.random() < 0.5 else line.lstrip()) for line in lines[first:last]]
    return b"".join(lines[:first] + changed + lines[last:])


def _ended_anew(data: bytes, _: bytes, random: Random) -> bytes:
    lines = _LINES.findall(data)
    first, last = _range(len(lines), len(lines), random)
    end = random.choice(_LINE_ENDS)
    return b"".join(lines[:first] + [line.rstrip(b"\r\n") + end for line in lines[first:last]] + lines[last:])


def _spliced(data: bytes, other: bytes, random: Random) -> bytes:
    first, last = _range(len(other), 2000, random)
    at = random.randint(0, len(data))
    return data[:at] + other[first:last] + data[at:]


def _cut(data: bytes, _: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


def _range(length: int, most: int, random: Random) -> tuple[int, int]:
    first = random.randint(0, length)
    return first, min(length, first + random.randint(1, max(most, 1)))


MUTATIONS: tuple[Mutation, ...] = (
    _lines_deleted,
    _lines_doubled,
    _lines_swapped,
    _bytes_dropped,
    _bytes_inserted,
    _indented_anew,
    _ended_anew,
    _spliced,
    _cut,
)
