"""What a Python program does that then prints a traceback: ``calling.py ACTION FILES...``."""

import ssl
import sys
import urllib.request


def main() -> None:
    action, *rest = sys.argv[1:]
    if action == "get":
        url, trusted, own, key = rest
        context = ssl.create_default_context(cafile=trusted or None)
        if own:
            context.load_cert_chain(own, key)
        print(urllib.request.urlopen(url, timeout=2, context=context).read())
    elif action == "requests":
        import requests

        url, trusted, own, key = rest
        print(requests.get(url, timeout=2, verify=trusted, cert=(own, key) if own else None).text)
    elif action == "httpx":
        import httpx

        url, trusted, own, key = rest
        context = ssl.create_default_context(cafile=trusted or None)
        if own:
            context.load_cert_chain(own, key)
        print(httpx.get(url, timeout=2, verify=context).text)
    elif action == "aiohttp":
        import asyncio

        import aiohttp

        async def get(url: str, trusted: str, own: str, key: str) -> None:
            context = ssl.create_default_context(cafile=trusted or None)
            if own:
                context.load_cert_chain(own, key)
            limit = aiohttp.ClientTimeout(total=2)
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.get(url, ssl=context) as answer,
            ):
                print(await answer.text())

        asyncio.run(get(*rest))
    elif action == "smtp":
        import smtplib

        port, trusted = rest
        with smtplib.SMTP("localhost", int(port), timeout=2) as mail:
            mail.starttls(context=ssl.create_default_context(cafile=trusted))
    elif action == "own":
        own, key, password = rest
        ssl.create_default_context().load_cert_chain(own, key, password or None)
    elif action == "trusted":
        ssl.create_default_context(cafile=rest[0])
    elif action == "serve":
        import socket

        own, key, trusted = rest
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=trusted)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(own, key)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            print("PORT", listening.getsockname()[1], flush=True)
            taken, _ = listening.accept()
            taken.settimeout(3)
            with context.wrap_socket(taken, server_side=True) as spoken:
                spoken.recv(100)
                spoken.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello\n")


main()
