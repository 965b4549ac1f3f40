"""Longer fuzzing: ``python -m tests.fuzz.run JKS --inputs 200000`` (wants the extra ``fuzz``).

Atheris mutates, guided by the lines that are reached; what it finds is tried again in a plain
process, under the limits of memory and time that a person is promised, and printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.seeds import TARGETS, seeds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--inputs", type=int, default=200_000, metavar="N")
    parser.add_argument("--seconds", type=float, default=24 * 3600, help="stop after so many")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the finds and the queue go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = options.keep or Path(temporary)
        queue = folder / "queue"
        queue.mkdir(parents=True, exist_ok=True)
        for each in seeds(options.target):
            (queue / hashlib.sha1(each).hexdigest()).write_bytes(each)
        inputs, seconds = _fuzz(options.target, folder, options.inputs, options.seconds)
        print(f"{options.target}: {inputs:,} inputs in {seconds:,.0f} s", flush=True)
        return _report(options.target, folder)


def _fuzz(target: str, folder: Path, wanted: int, seconds: float) -> tuple[int, float]:
    """The inputs tried and the time; a process that ends early is followed by another."""
    tried, number, started = 0, 0, time.monotonic()
    while tried < wanted and time.monotonic() - started < seconds:
        number += 1
        command = [sys.executable, "-m", "tests.fuzz.worker", target, str(folder)]
        left = max(1.0, seconds - (time.monotonic() - started))
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*command, str(wanted - tried), str(number)], stdout=log, stderr=log
            )
            try:
                process.wait(left)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        tally = folder / f"tally-{number}.json"
        if not tally.is_file():
            raise SystemExit(f"The fuzzer did not start:\n{(folder / 'log').read_text()[-2000:]}")
        tried += json.loads(tally.read_text())["inputs"]
    return tried, time.monotonic() - started


def _report(target: str, folder: Path) -> int:
    finds = [
        path
        for kind in ("fault", "slow", "large", "crash")
        for path in sorted(folder.glob(f"{kind}-*"))
        if path.suffix != ".txt"
    ]
    wrong = 0
    for path in finds:
        again = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.again", target, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        if again.returncode:
            wrong += 1
            lines = (again.stderr or "").strip().splitlines()
            print(f"{path}: {' | '.join(lines[-4:]) or again.returncode}")
    print(f"{target}: {wrong} of {len(finds)} finds hold when tried alone")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
