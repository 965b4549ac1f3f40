"""One process of the coverage-guided fuzzer; started by :mod:`tests.fuzz.run`."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import sys
import time
import traceback
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import atheris

#: The inputs that were tried, told this often: the library ends the process without a word.
_STRIDE = 100
#: What encryption adds at most.
_ENVELOPE = 80
_PARTS = ("handfast.core", "handfast.formats", "handfast.services", "handfast.cli")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("folder", type=Path)
    parser.add_argument("runs", type=int)
    parser.add_argument("seed", type=int)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    # The cipher has no branches, and would take most of the time.
    with atheris.instrument_imports(
        include=list(_PARTS[:3]), exclude=["handfast.formats.crypto.twofish"]
    ):
        for name in _PARTS:
            for module in iter_modules(import_module(name).__path__, f"{name}."):
                import_module(module.name)
    from handfast.formats.crypto import twofish
    from tests.fuzz import property as what_holds
    from tests.fuzz.property import MEMORY, SECONDS, examine
    from tests.fuzz.repair import around, inside, repair

    what_holds.sparing = True
    # One key throughout: its tables take longer to make than a small store to decrypt.
    twofish.Twofish256 = cache(twofish.Twofish256)  # type: ignore[assignment,misc]
    folder: Path = options.folder
    tally = folder / f"tally-{options.seed}.json"
    seen: set[str] = set()
    count = 0
    started = time.monotonic()

    def keep(kind: str, where: str, data: bytes) -> None:
        name = f"{kind}-{hashlib.sha1(where.encode()).hexdigest()[:12]}"
        if name not in seen:
            seen.add(name)
            (folder / name).write_bytes(data)
            (folder / f"{name}.txt").write_text(where, encoding="utf-8")

    def one(data: bytes) -> None:
        nonlocal count
        count += 1
        if count % _STRIDE == 0 or count >= options.runs:
            tally.write_text(json.dumps({"inputs": count, "seconds": time.monotonic() - started}))
        before, at = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.thread_time()
        try:
            examine(data, options.target)
        except Exception as fault:  # noqa: BLE001 - each is what is looked for
            keep("fault", _place(fault), data)
        if time.thread_time() - at > SECONDS:
            keep("slow", f"{time.thread_time() - at:.0f}", data)
        if (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 > MEMORY:
            keep("large", str(len(data).bit_length()), data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed).random()
        body = inside(data, options.target) if chance < 0.9 else b""
        if body:
            return around(atheris.Mutate(body, most - _ENVELOPE), options.target)
        changed = atheris.Mutate(data, most)
        return repair(changed, options.target) if chance < 0.7 else changed

    atheris.Setup(
        [
            sys.argv[0],
            str(folder / "queue"),
            f"-artifact_prefix={folder}/crash-",
            f"-runs={options.runs}",
            f"-seed={options.seed}",
            "-max_len=12288",
            "-len_control=0",
            "-timeout=60",
            "-rss_limit_mb=2048",
            "-verbosity=0",
            "-print_final_stats=0",
        ],
        one,
        custom_mutator=mutate,
    )
    atheris.Fuzz()


def _place(fault: Exception) -> str:
    """Where it came from, so that the same fault is kept once."""
    frames = traceback.extract_tb(fault.__traceback__)
    own = [each for each in frames if "handfast" in each.filename] or frames
    return f"{type(fault).__name__} in {Path(own[-1].filename).name}:{own[-1].lineno}"


if __name__ == "__main__":
    main()
