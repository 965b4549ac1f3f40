"""Opens an address in Firefox and prints what its page says: ``browsing.py URL PROFILE``.

By Marionette, the protocol that Firefox has for tests: JSON arrays with their length in front.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

#: Every text of the page, also in the parts that its custom elements hide.
_TEXT = """
const seen = [];
const walk = (node) => {
  const text = node.nodeType === 3 ? node.textContent.trim() : "";
  if (text && !["SCRIPT", "STYLE"].includes(node.parentElement?.tagName)) seen.push(text);
  // The reason is a click away.
  if (/^advanced/i.test(node.id ?? "") && !node.clicked) {
    node.clicked = true;
    node.click?.();
  }
  for (const child of node.childNodes) walk(child);
  if (node.shadowRoot) walk(node.shadowRoot);
};
walk(document.body);
return seen.join("\\n");
"""


class Marionette:
    """A session with a Firefox that listens on this port."""

    def __init__(self, port: int) -> None:
        for _ in range(300):
            with contextlib.suppress(OSError):
                self._connection = socket.create_connection(("127.0.0.1", port), 2)
                break
            time.sleep(0.1)
        self._connection.settimeout(25)
        self._stream = self._connection.makefile("rwb")
        self._count = 0
        self._read()

    def _read(self) -> Any:
        length = b""
        while (character := self._stream.read(1)) != b":":
            length += character
        return json.loads(self._stream.read(int(length)))

    def do(self, command: str, **arguments: Any) -> Any:
        self._count += 1
        data = json.dumps([0, self._count, command, arguments]).encode()
        self._stream.write(f"{len(data)}:".encode() + data)
        self._stream.flush()
        _, _, error, value = self._read()
        return value if error is None else error


def main() -> None:
    url, profile = sys.argv[1:]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "marionette.port": port,
        # Else it calls home, and offers to translate.
        "app.update.enabled": False,
        "browser.translations.enable": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
    }
    lines = [
        f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in settings.items()
    ]
    Path(profile, "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            browser = Marionette(port)
            asked = {"acceptInsecureCerts": False}
            browser.do("WebDriver:NewSession", capabilities={"alwaysMatch": asked})
            browser.do("WebDriver:SetTimeouts", pageLoad=12_000)
            browser.do("WebDriver:Navigate", url=url)
            text = ""
            # The page writes itself, bit by bit.
            for _ in range(30):
                time.sleep(0.2)
                before, text = text, browser.do("WebDriver:ExecuteScript", script=_TEXT, args=[])
                if text == before and text.get("value"):
                    break
            print(text.get("value") or text)
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
