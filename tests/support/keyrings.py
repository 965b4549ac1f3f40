"""Keyrings made for the tests: one in memory, one that breaks, one that never answers."""

from __future__ import annotations

import threading

from keyring.backend import KeyringBackend


class MemoryKeyring(KeyringBackend):
    """What it is given, in a dictionary by service and account."""

    priority = 5  # type: ignore[assignment]  # a property of the class in the library

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class BrokenKeyring(MemoryKeyring):
    """Answers everything with the same error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def get_password(self, *_: str) -> str | None:
        raise self._error

    def set_password(self, *_: str) -> None:
        raise self._error

    def delete_password(self, *_: str) -> None:
        raise self._error


class SilentKeyring(MemoryKeyring):
    """Waits for somebody who answers its own question, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.let_go.wait(30)
        return super().get_password(service, username)
