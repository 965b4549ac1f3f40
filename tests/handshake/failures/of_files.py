# ruff: noqa: E501
# fmt: off
# A row a failure: they are read as tables.
"""Files that are of another kind, and passwords and keys that do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.handshake.failures.failure import Failure
from tests.handshake.failures.files import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.handshake.failures.peers import Stage

FILES: list[Failure] = []


def _add(name: str, causes: str, make: Callable[[Stage], str], *, later: bool = False) -> None:
    cause, *also = causes.split()
    FILES.append(
        Failure(name=name, cause=cause, also=tuple(also), is_later=later, make=make)
    )


def _keytool(name: str, causes: str, *arguments: str, later: bool = False) -> None:
    _add(f"keytool-{name}", causes,
         lambda stage: stage.say("keytool", "-J-Duser.language=en", *arguments), later=later)


def _openssl(name: str, causes: str, *arguments: str, later: bool = False) -> None:
    _add(f"openssl-{name}", causes, lambda stage: stage.say("openssl", *arguments), later=later)


def _java(name: str, causes: str, *arguments: str, later: bool = False, **more: str) -> None:
    _add(f"java-{name}", causes,
         lambda stage: stage.say(*stage.java(*arguments, **more)), later=later)


def _python(name: str, causes: str, *arguments: str, later: bool = False) -> None:
    _add(f"python-{name}", causes,
         lambda stage: stage.say(*stage.python(*arguments)), later=later)


def _node(name: str, causes: str, *arguments: str, later: bool = False) -> None:
    _add(f"node-{name}", causes, lambda stage: stage.say(*stage.node(*arguments)), later=later)


def _nginx(name: str, causes: str, certificate: str, key: str, *more: str,
           later: bool = False) -> None:
    def make(stage: Stage) -> str:
        stage.configure("listen 127.0.0.1:1 ssl; " + "".join(f"{each}; " for each in
            (f"ssl_certificate {certificate}", f"ssl_certificate_key {key}", *more)))
        return stage.say("nginx", "-t", "-p", str(stage.folder), "-c", "nginx.conf", "-e", "stderr")

    _add(f"nginx-{name}", causes, make, later=later)


def _curl(name: str, causes: str, *arguments: str, later: bool = False) -> None:
    def make(stage: Stage) -> str:
        # It looks at its files once it is connected.
        with stage.plain(lambda _: None) as port:
            return stage.say("curl", "-sS", f"https://127.0.0.1:{port}/", *arguments)

    _add(f"curl-{name}", causes, make, later=later)


_LIST = ("-list", "-storepass", PASSWORD, "-keystore")
_keytool("wrong-password-jks", "wrong-password", "-list", "-storepass", "secret", "-keystore", "server.jks")
_keytool("wrong-password-p12", "wrong-password", "-v", "-list", "-storepass", "secret", "-keystore", "server-good.p12")
_keytool("wrong-password-jceks", "wrong-password", "-list", "-storetype", "JCEKS", "-storepass", "secret", "-keystore", "server.jceks", later=True)
_keytool("wrong-password-legacy", "wrong-password", "-list", "-storepass", "secret", "-keystore", "legacy.p12", later=True)
_keytool("pem-as-store", "wrong-format", *_LIST, "server-good.pem")
_keytool("der-as-store", "wrong-format", *_LIST, "root.der", later=True)
_keytool("key-as-store", "wrong-format", "-v", *_LIST, "server-good.key")
_keytool("html-as-store", "wrong-format", *_LIST, "page.html", later=True)
_keytool("empty-file", "wrong-format", *_LIST, "empty.p12")
_keytool("cut-p12", "wrong-format", *_LIST, "cut.p12")
_keytool("cut-jks", "wrong-format wrong-password", *_LIST, "cut.jks", later=True)
_keytool("p12-as-jceks", "wrong-format", "-list", "-storetype", "JCEKS", "-storepass", PASSWORD, "-keystore", "server-good.p12")
_keytool("type-unknown", "wrong-format", "-list", "-storetype", "BKS", "-storepass", PASSWORD, "-keystore", "server.jks")
_keytool("p12-as-certificate", "wrong-format", "-importcert", "-noprompt", "-file", "server-good.p12", "-alias", "x", "-keystore", "new.p12", "-storepass", PASSWORD)
_keytool("utf16-certificate", "wrong-format", "-importcert", "-noprompt", "-file", "utf16.pem", "-alias", "x", "-keystore", "new.p12", "-storepass", PASSWORD, later=True)
_keytool("one-line-certificate", "wrong-format", "-printcert", "-file", "one-line.pem")
_keytool("html-as-certificate", "wrong-format", "-importcert", "-noprompt", "-file", "page.html", "-alias", "x", "-keystore", "new.p12", "-storepass", PASSWORD)
_keytool("request-as-certificate", "wrong-format", "-printcert", "-file", "server.csr", later=True)
_keytool("reply-without-issuer", "missing-intermediate untrusted", "-importcert", "-noprompt", "-file", "server-missing-intermediate.der", "-alias", "own", "-keystore", "awaiting.p12", "-storepass", PASSWORD)
_keytool("reply-for-another-key", "key-mismatch", "-importcert", "-noprompt", "-trustcacerts", "-file", "server-untrusted.pem", "-alias", "own", "-keystore", "server-good.p12", "-storepass", PASSWORD)
_keytool("key-of-its-own-password", "key-password", "-importkeystore", "-noprompt", "-srckeystore", "differing.jks", "-srcstorepass", PASSWORD, "-srcalias", "own", "-srckeypass", "guess", "-destkeystore", "out.p12", "-deststorepass", PASSWORD)
_keytool("certreq-key-password", "key-password", "-certreq", "-keystore", "differing.jks", "-storepass", PASSWORD, "-keypass", "guess1", "-alias", "own", later=True)

_java("load-wrong-password-p12", "wrong-password", "load", "PKCS12", "server-good.p12", "secret", "secret")
_java("load-wrong-password-jks", "wrong-password", "load", "JKS", "server.jks", "secret", "secret", later=True)
_java("load-pem", "wrong-format", "load", "PKCS12", "server-good.pem", PASSWORD, PASSWORD)
_java("load-der-as-jceks", "wrong-format", "load", "JCEKS", "root.der", PASSWORD, PASSWORD)
_java("load-cut", "wrong-format", "load", "PKCS12", "cut.p12", PASSWORD, PASSWORD, later=True)
_java("load-empty", "wrong-format", "load", "PKCS12", "empty.p12", PASSWORD, PASSWORD, later=True)
_java("load-bks", "wrong-format", "load", "BKS", "server.jks", PASSWORD, PASSWORD)
_java("managers-key-password", "key-password", "managers", "JKS", "differing.jks", PASSWORD, PASSWORD)
_java("get-key-password", "key-password", "load", "JKS", "differing.jks", PASSWORD, "guess", later=True)
_java("anchors-unmarked", "empty-trust-store", "anchors", "PKCS12", "unmarked.p12", PASSWORD)
_java("chain-in-disorder", "chain-order", "chain", "server-good.p12", PASSWORD, "own", "disorder.pem")
_java("context-wrong-password", "wrong-password", "https", "https://localhost:1/", keys="server-good.p12", trust="trust.p12", javax_net_ssl_keyStorePassword="secret")
_java("context-key-password", "key-password", "https", "https://localhost:1/", keys="differing.jks", trust="trust.p12", javax_net_ssl_keyStoreType="JKS", later=True)
_java("context-pem", "wrong-format", "httpclient", "https://localhost:1/", keys="server-good.pem", trust="trust.p12", later=True)

_openssl("pkcs12-wrong-password", "wrong-password", "pkcs12", "-in", "server-good.p12", "-nodes", "-passin", "pass:secret")
_openssl("pkcs12-of-jks", "wrong-format", "pkcs12", "-in", "server.jks", "-nodes", "-passin", "pass:changeit")
_openssl("pkcs12-of-pem", "wrong-format", "pkcs12", "-in", "server-good.pem", "-nodes", "-passin", "pass:changeit", later=True)
_openssl("pkcs12-legacy", "wrong-format", "pkcs12", "-in", "legacy.p12", "-nodes", "-passin", "pass:changeit")
_openssl("pkcs12-other-key", "key-mismatch", "pkcs12", "-export", "-in", "server-good.pem", "-inkey", "server-untrusted.key", "-passout", "pass:x")
_openssl("x509-of-p12", "wrong-format", "x509", "-in", "server-good.p12", "-noout", "-text")
_openssl("x509-of-key", "wrong-format", "x509", "-in", "server-good.key", "-noout")
_openssl("x509-of-der", "wrong-format", "x509", "-inform", "PEM", "-in", "page.html", "-noout", later=True)
_openssl("pkey-wrong-password", "key-password wrong-password", "pkey", "-in", "locked.key", "-noout", "-passin", "pass:secret")
_openssl("s-server-other-key", "key-mismatch", "s_server", "-accept", "127.0.0.1:0", "-cert", "server-good.pem", "-key", "server-untrusted.key")
_openssl("s-server-locked-key", "key-password wrong-password", "s_server", "-accept", "127.0.0.1:0", "-cert", "server-good.pem", "-key", "locked.key", "-pass", "pass:secret", later=True)
_openssl("s-server-sha1", "weak-signature", "s_server", "-accept", "127.0.0.1:0", "-cert", "server-weak-signature.pem", "-key", "server-weak-signature.key", "-cipher", "DEFAULT:@SECLEVEL=1", later=True)
_openssl("s-server-rsa-1024", "weak-key", "s_server", "-accept", "127.0.0.1:0", "-cert", "server-weak-key.pem", "-key", "server-weak-key.key")

_curl("p12-wrong-password", "wrong-password", "--cert-type", "P12", "--cert", "client-good.p12:secret")
_curl("der-as-authorities", "wrong-format", "--cacert", "root.der")
_curl("other-key", "key-mismatch key-password", "--cert", "client-good.pem", "--key", "client-untrusted.key", "--cacert", "root.pem")
_curl("locked-key", "key-password wrong-password key-mismatch", "--cert", "client-good.pem", "--key", "locked.key", "--pass", "secret", later=True)
_curl("p12-as-pem", "wrong-format", "--cert", "client-good.p12", later=True)
_curl("authorities-html", "wrong-format", "--cacert", "page.html", later=True)

_nginx("other-key", "key-mismatch", "server-good.pem", "server-untrusted.key")
_nginx("der", "wrong-format", "root.der", "server-good.key")
_nginx("p12-as-key", "wrong-format", "server-good.pem", "server-good.p12", later=True)
_nginx("locked-key", "key-password wrong-password", "server-good.pem", "locked.key", "ssl_password_file page.html")
_nginx("html", "wrong-format", "page.html", "server-good.key")
_nginx("rsa-1024", "weak-key", "server-weak-key.pem", "server-weak-key.key", later=True)

_python("other-key", "key-mismatch", "own", "server-good.pem", "server-untrusted.key", "")
_python("locked-key", "key-password wrong-password wrong-format", "own", "server-good.pem", "locked.key", "secret", later=True)
_python("der-as-authorities", "wrong-format", "trusted", "root.der")
_python("p12-as-pem", "wrong-format key-password", "own", "server-good.p12", "server-good.key", "", later=True)
_python("rsa-1024", "weak-key", "own", "server-weak-key.pem", "server-weak-key.key", "")

_node("other-key", "key-mismatch", "context", "server-good.pem", "server-untrusted.key", later=True)
_node("pfx-wrong-password", "wrong-password", "pfx", "server-good.p12", "secret")
_node("pfx-legacy", "wrong-format", "pfx", "legacy.p12", PASSWORD)
_node("pfx-of-jks", "wrong-format", "pfx", "server.jks", PASSWORD, later=True)
_node("html-as-certificate", "wrong-format", "context", "page.html", "server-good.key")
