"""One file, in a process of its own, under the memory and the time that it may cost.

``python -m tests.fuzz.again JKS FILE``: silent where all is well, else the reason and exit code 1.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path


def current_size() -> int:
    """The address space of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def main() -> None:
    from tests.fuzz.property import MEMORY, SECONDS, examine
    from tests.fuzz.seeds import seeds  # noqa: F401 - loads what is needed before it is measured

    target, data = sys.argv[1], Path(sys.argv[2]).read_bytes()
    examine(b"", target)
    most = current_size() + MEMORY + 4 * len(data)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    at = time.thread_time()
    examine(data, target)
    spent = time.thread_time() - at
    # Three passwords are tried, and what opens is shown, written and read again.
    if spent > 3 * SECONDS:
        sys.exit(f"It took {spent:.1f} s.")


if __name__ == "__main__":
    main()
