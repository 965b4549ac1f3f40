"""CHANGELOG.md as nfpm reads it, for the changelogs of the .deb and the .rpm, on stdout."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
PACKAGER = "The Handfast project"


def releases(text: str) -> list[dict[str, object]]:
    """Each release with its version, date, and one line for each change."""
    found = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        match = re.match(r"(\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)", head)
        if match is None:
            continue
        notes = [
            # Lines of at most 80 columns, as both families ask for.
            "\n    ".join(textwrap.wrap(" ".join(each.split()), 74))
            for each in re.findall(r"^- (.+(?:\n  .+)*)", body, re.MULTILINE)
        ]
        found.append({
            "semver": f"{match.group(1)}-1",
            "date": f"{match.group(2)}T12:00:00Z",
            "packager": PACKAGER,
            "deb": {"urgency": "medium", "distributions": ["stable"]},
            "changes": [{"note": note} for note in notes],
        })  # fmt: skip
    return found


if __name__ == "__main__":
    # JSON is YAML.
    sys.stdout.write(json.dumps(releases(CHANGELOG.read_text(encoding="utf-8")), indent=2) + "\n")
