"""Make the messages anew: ``python -m tests.handshake.failures [--later] [NAME...]``.

Each goes into a file of ``tests/data/explain``, and its cause into the table beside them. What
cannot be made here, for want of a program, keeps the file that it has.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.handshake.failures.of_browsers import BROWSERS
from tests.handshake.failures.of_files import FILES
from tests.handshake.failures.of_handshakes import HANDSHAKES
from tests.handshake.failures.of_more import MORE
from tests.handshake.failures.of_others import OTHERS
from tests.handshake.failures.peers import Stage

DATA = Path(__file__).resolve().parents[2] / "data" / "explain"


def main() -> None:
    names = [each for each in sys.argv[1:] if not each.startswith("--")]
    every = [*FILES, *HANDSHAKES, *OTHERS, *MORE, *BROWSERS]
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        for failure in every:
            if "--only-later" in sys.argv and not failure.is_later:
                continue
            if failure.is_later and "--later" not in sys.argv and failure.name not in names:
                continue
            if names and failure.name not in names:
                continue
            try:
                text = stage.scrub(failure.make(stage))
            except (OSError, AssertionError) as problem:
                print(f"{failure.name}: not made: {problem}"[:400], file=sys.stderr)
                continue
            (DATA / f"{failure.name}.txt").write_text(text)
            print(f"{failure.name}: {len(text)} characters")
    rows = [
        "\t".join((each.name, each.cause, " ".join(each.also), "later" if each.is_later else ""))
        for each in sorted(every, key=lambda each: each.name)
        if (DATA / f"{each.name}.txt").exists()
    ]
    head = "file\tcause\tor\tmade"
    (DATA / "causes.tsv").write_text("\n".join([head, *rows]) + "\n")


main()
