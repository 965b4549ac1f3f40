"""JSON as ``--json`` prints it, of the shapes that :mod:`.json_documents` has.

It stands apart because the library's encoder is needed by those alone who ask for JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The version of the shapes. Names may be added to a version, none renamed or removed.
SCHEMA = 1


def document(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as a document of its own, with the version of its shape."""
    return {"schema": SCHEMA, **data}


def json_text(data: Mapping[str, Any]) -> str:
    """JSON in ASCII, so that it is the same in every locale; one line for each entry of a list.

    The library's own indentation is written in Python and would take most of the time that
    listing thousands of entries takes.
    """
    members = document(data).items()
    return "{\n" + ",\n".join(f"  {json.dumps(k)}: {_value(v)}" for k, v in members) + "\n}\n"


def json_line(data: Mapping[str, Any]) -> str:
    """A document on one line, as verbs print them that answer more than once."""
    return json.dumps(document(data)) + "\n"


def _value(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n    " + ",\n    ".join(json.dumps(each) for each in value) + "\n  ]"
    return json.dumps(value)
