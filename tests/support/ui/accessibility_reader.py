"""Reads every window of a program from the accessibility bus, and prints it as JSON.

Run with the Python of the system, which has the bindings of AT-SPI: this file knows nothing of the
program. One object for each thing that is showing: name, role, description, states, and what labels
it, with its children.
"""

import json
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402 - the version is chosen first

MOST_CHILDREN = 300
MOST_LEVELS = 40


def labels_of(node: Any) -> list[str]:
    """The names of what says what it is for."""
    found = []
    for relation in node.get_relation_set():
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            found += [relation.get_target(at).get_name() for at in range(relation.get_n_targets())]
    return found


def read(node: Any, level: int = 0) -> dict[str, Any]:
    """A node with all beneath it."""
    children = []
    if level < MOST_LEVELS:
        for at in range(min(node.get_child_count(), MOST_CHILDREN)):
            child = node.get_child_at_index(at)
            if child is not None:
                children.append(read(child, level + 1))
    return {
        "name": node.get_name(),
        "role": node.get_role_name(),
        "description": node.get_description(),
        "states": [state.value_nick for state in node.get_state_set().get_states()],
        "labels": labels_of(node),
        "children": children,
    }


Atspi.init()
desktop = Atspi.get_desktop(0)
programs = [desktop.get_child_at_index(at) for at in range(desktop.get_child_count())]
print(json.dumps([read(each) for each in programs if each is not None]))
