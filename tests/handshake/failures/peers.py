"""Running the real programs of a failure: what they print, without what is this machine's alone."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tests.handshake.failures.files import PASSWORD, Files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HERE = Path(__file__).parent
_ENGLISH = ("-Duser.language=en", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_LONGEST = 24 * 1024


class Stage:
    """The folder in which programs run, and what they need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = Files(folder)
        self._compiled = False
        #: A Python that has requests, where there is one.
        self.requests = os.environ.get("PYTHON_WITH_REQUESTS", "")

    def scrub(self, text: str) -> str:
        """Without this machine's paths, ports and process numbers."""
        text = text.replace(str(self.folder), "/srv/tls").replace(str(HERE), "/srv/app")
        prefixes = [sys.prefix, sys.base_prefix]
        if self.requests:
            prefixes.append(str(Path(self.requests).parents[1]))
        for prefix in prefixes:
            text = text.replace(prefix, "/usr/local")
        ports = r"(localhost|127\.0\.0\.1)([|/:' ,(]+(?:port[= ]+)?)\d{4,5}\b"
        text = re.sub(ports, r"\1\g<2>8443", text)
        text = re.sub(r", port \d{4,5}\b", ", port 5432", text)
        assert str(HERE.parents[2]) not in text, text[:2000]
        assert not re.search(r"/(tmp|root|home)/", text), text[:2000]
        # A log is read whole; nobody needs more than its two ends here.
        if len(text) > _LONGEST:
            text = text[: _LONGEST // 2] + "\n[...]\n" + text[-_LONGEST // 2 :]
        return text

    def say(self, *command: str | Path, stdin: str | None = None, **environment: str) -> str:
        """Everything that a program prints; both its streams, as a terminal shows them."""
        done = subprocess.run(
            [*map(str, command)],
            cwd=self.folder,
            input=stdin or "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=False,
            env=self._environment(environment),
        )
        return done.stdout

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        # Nobody else's proxy or authorities.
        ours = re.compile("proxy|_CA_|CAINFO|SSL_CERT|CA_BUNDLE|JAVA_TOOL", re.IGNORECASE)
        kept = {key: value for key, value in os.environ.items() if not ours.search(key)}
        return {**kept, "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "GIT_TERMINAL_PROMPT": "0",
                **more}  # fmt: skip

    # --- programs of our own -----------------------------------------------------------------

    def java(
        self, *arguments: str, keys: str = "", trust: str = "", **properties: str
    ) -> list[str]:
        """The command line of the Java program, its stores given as system properties."""
        if not self._compiled:
            self.files.run("javac", "-d", ".", str(HERE / "Failing.java"))
            self._compiled = True
        options = {key.replace("_", "."): value for key, value in properties.items()}
        for kind, path in (("keyStore", keys), ("trustStore", trust)):
            if path:
                options.setdefault(f"javax.net.ssl.{kind}", path)
                options.setdefault(f"javax.net.ssl.{kind}Password", PASSWORD)
        given = [f"-D{key}={value}" for key, value in options.items()]
        return ["java", *_ENGLISH, *given, "-cp", ".", "Failing", *arguments]

    def python(self, *arguments: str) -> list[str]:
        return [sys.executable, "-I", str(HERE / "calling.py"), *arguments]

    def isolated(self, script: Path) -> list[str]:
        return [sys.executable, "-I", str(script)]

    def node(self, *arguments: str) -> list[str]:
        return ["node", str(HERE / "calling.mjs"), *arguments]

    # --- servers -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def serving(
        self, command: Sequence[str], pattern: str = r"^(?:PORT |ACCEPT .*:)(\d+)$"
    ) -> Iterator[tuple[int, list[str]]]:
        """A server that prints its port; what else it prints is in the list afterwards."""
        with subprocess.Popen(
            [*command],
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=self._environment({}),
        ) as process:
            said: list[str] = []
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                if found := re.match(pattern, line.strip()):
                    break
            else:
                raise AssertionError("".join(said))
            end = threading.Timer(15, process.kill)
            end.start()
            try:
                yield int(found[1]), said
            finally:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(2.5)
                process.send_signal(signal.SIGTERM)
                said.extend(process.stdout)
                end.cancel()

    def pair(self, name: str) -> list[str]:
        """The options that give openssl a certificate, what stands above it, and the key."""
        above = f"{name}.above"
        chain = ["-cert_chain", above] if (self.folder / above).exists() else []
        return ["-cert", f"{name}.pem", "-key", f"{name}.key", *chain]

    def s_server(self, name: str, *more: str) -> list[str]:
        return ["openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-www",
                *self.pair(name), *more]  # fmt: skip

    @contextlib.contextmanager
    def nginx(self, name: str, *settings: str) -> Iterator[tuple[int, list[str]]]:
        """nginx with the lines of a configuration; the list is its error log afterwards."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = self.folder / "error.log"
        log.write_text("")
        lines = "\n".join(f"{each};" for each in settings)
        self.configure(f"""listen 127.0.0.1:{port} ssl; server_name localhost;
            ssl_certificate {name}.pem; ssl_certificate_key {name}.key; {lines}""")
        command = ["nginx", "-p", str(self.folder), "-c", "nginx.conf", "-e", "error.log"]
        said: list[str] = []
        with subprocess.Popen(command, cwd=self.folder) as process:
            try:
                for _ in range(200):
                    with contextlib.suppress(OSError):
                        socket.create_connection(("127.0.0.1", port), 1).close()
                        break
                    process.poll()
                    threading.Event().wait(0.02)
                yield port, said
            finally:
                process.send_signal(signal.SIGQUIT)
                process.wait(10)
                text = re.sub(r"(?m)^.*(notice|\[debug\]).*\n", "", log.read_text())
                said.append(text)

    def configure(self, server: str) -> None:
        (self.folder / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid nginx.pid; error_log error.log info;
            events {{ worker_connections 32; }}
            http {{ access_log off; server {{ {server}
            location / {{ return 200 "hello\\n"; }} }} }}""")

    @contextlib.contextmanager
    def plain(self, behave: Callable[[socket.socket], object]) -> Iterator[int]:
        """A server of bare bytes."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(10)

            def serve() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        taken, _ = listening.accept()
                        with taken:
                            behave(taken)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            yield listening.getsockname()[1]
