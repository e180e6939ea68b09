"""Feed ever new bytes to the linter and the fixer, until one of them breaks a promise.

`make fuzz SECONDS=600` makes an environment for it and runs it. Atheris watches which code an input reaches
and goes on from those that reach something new; they are kept in the folder for the next time. What breaks a
promise, or takes more than a minute or 2 GB, is saved there as crash-…, timeout-… or oom-…, and ends the run.
`python tests/atheris_on.py FILE` tries such a file again, without atheris.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from random import Random
from types import ModuleType
from zlib import crc32

MOST_BYTES = 2048
MOST_SEEDS = 400
MOST_SECONDS_EACH = 60
MOST_MEGABYTES = 2048
FOLDER = Path(__file__).parents[1] / ".fuzz"
WORDS = (
    *(b"ImportError", b"ModuleNotFoundError", b"Exception", b"suppress", b"contextlib."),
    *(b"importlib.import_module(", b"__import__(", b"find_spec(", b"getattr(", b"TYPE_CHECKING"),
    *(b"globals()['", b"sys.modules[__name__]", b"sys.version_info", b"sys.platform", b"__all__ = ["),
    *(b" as error", b" from error", b"raise ", b"return ", b"None", b"is not ", b"lambda: ", b"await "),
    *(b"async def ", b"class A:", b"global ", b"del ", b"yield ", b"@"),
)


WAYS = [(style, unsafe) for style in ("raise", "unwrap") for unsafe in (True, False)]


def promises() -> ModuleType:
    """What every input is held to; imported late, so that atheris can watch all that comes along."""
    module = import_module("promises")
    import_module("ws_fallback_lint.engine.lint").prepare()
    import_module("ws_fallback_lint.fixes.build")
    return module


def hold(module: ModuleType, data: bytes) -> None:
    """Raise for bytes that the linter or the fixer fails on, whatever they are.

    Each input gets one of the ways to fix, by chance but always the same.
    """
    style, unsafe = WAYS[crc32(data) % len(WAYS)]
    config = module.with_everything(module.FixStyle(style))
    if module.linted(data, config).findings:
        module.assert_sound(data, config, unsafe=unsafe)


def seeds() -> list[bytes]:
    """What to start from: code of the tests' own tables, and real files, as far as they are short."""
    from real_files import real_files
    from support import FORMS, table

    tables = [*FORMS.glob("*.md"), *FORMS.with_name("truth").glob("*.md")]
    cases = [case for path in sorted(tables) for case in table(path.stem, path.parent)]
    made = [block.encode() for case in cases for block in case.blocks]
    real = [data for guarded in (True, False) for data in real_files(200, guarded=guarded)]
    short = [data for data in (*made, *real) if len(data) <= MOST_BYTES]
    return Random(1).sample(short, MOST_SEEDS)  # noqa: S311 - they are to be the same every time


def dictionary() -> str:
    """Pieces of code as libFuzzer reads them."""
    from mutations import PIECES

    escaped = ("".join(map("\\x{:02x}".format, piece)) for piece in (*PIECES, *WORDS))
    return "".join(f'"{text}"\n' for text in escaped)


def fuzz(folder: Path, seconds: int) -> None:
    """Let atheris try inputs for so long; it ends the process, with a status that is not 0 if one is bad."""
    import atheris

    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number:04}").write_bytes(seed)
    (folder / "dictionary").write_text(dictionary(), "ascii")
    with atheris.instrument_imports(include=["ws_fallback_lint"]):
        module = promises()
    options = {
        "artifact_prefix": f"{folder}/",
        "dict": folder / "dictionary",
        "max_len": MOST_BYTES,
        "max_total_time": seconds,
        "rss_limit_mb": MOST_MEGABYTES,
        "timeout": MOST_SECONDS_EACH,
    }
    arguments = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *arguments, str(corpus)], lambda data: hold(module, data))
    atheris.Fuzz()


def main() -> None:
    """Fuzz, or try the files again that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only try these")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for inputs and failures")
    asked = parser.parse_args()
    if not asked.files:
        fuzz(asked.folder, asked.seconds)
    for file in asked.files:
        hold(promises(), file.read_bytes())


if __name__ == "__main__":
    main()
