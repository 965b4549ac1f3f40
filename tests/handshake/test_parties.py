"""What the two sides of a handshake are called."""

from __future__ import annotations

import pytest

from handfast.handshake.report.party import Party, Side


@pytest.mark.parametrize(
    ("side", "name", "title"),
    [
        ("client", "", "the client"),
        ("server", "", "the server"),
        ("client", "Acme", "Acme"),
        ("server", "Globex", "Globex"),
    ],
)
def test_a_party_goes_by_its_name_and_else_by_its_side(side: Side, name: str, title: str) -> None:
    assert Party(side=side, name=name).title == title
