"""Times side by side with keytool: ``python tests/bench/run.py [--strict] [--json] [--frozen]``.

Whole processes, each pair run alternately in one go and compared by medians, so that a busy machine
slows both; then the window, by :mod:`window`. With ``--frozen`` the start once more, as frozen by
PyInstaller in the way of the packages.
"""

from __future__ import annotations

import compileall
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

# Run as a script: what stands beside it is found by its own folder.
from endurance import endure
from handover import handing_over
from handshakes import AT_MOST, KEYS, loading, openssl_pairs, rehearsals
from window import measure

import handfast as handfast_package
from handfast.core.certificates.certificate import Certificate
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format, Strength
from handfast.handshake.report.party import TLS_VERSIONS, Party, PartyStore
from handfast.handshake.rollover import RollingSide, plan_rollover
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.signing import SigningPlan, read_request, sign_request
from handfast.services.exchange.copying import copy_entries
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.exchange.key_export import export_pairs
from handfast.services.exchange.requests import create_request
from handfast.services.files.new_encoding import KeyEncoding
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.trust_sources import jdk_trust_store

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.handshake.report.party import Side

PASSWORD = ("-storepass", "changeit")


class Figure(NamedTuple):
    """One thing measured: a ratio, or milliseconds of a stall."""

    title: str
    value: float
    target: float
    said: str


def certificates(count: int) -> list[Certificate]:
    """Certificates of one key with different names."""
    import datetime as dt

    key = ec.generate_private_key(ec.SECP256R1())
    start = dt.datetime.now(dt.UTC)
    made = []
    for number in range(count):
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Bench"),
                x509.NameAttribute(NameOID.COMMON_NAME, f"host{number}.example"),
            ]
        )
        signed = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(number + 1)
            .not_valid_before(start)
            .not_valid_after(start + dt.timedelta(days=365))
            .sign(key, hashes.SHA256())
        )
        made.append(Certificate(signed.public_bytes(Encoding.DER)))
    return made


def seconds(command: list[str]) -> float:
    """Wall time of a whole process."""
    environment = {**os.environ, "HANDFAST_PASSWORD": "changeit"}
    begin = time.perf_counter()
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdout=quiet, stderr=quiet, env=environment)
    return time.perf_counter() - begin


def ratio(ours: list[list[str]], theirs: list[list[str]]) -> tuple[float, float, float]:
    """Medians of both and their ratio; the commands are run in turn, once each."""
    a, b = [], []
    for mine, peer in zip(ours, theirs, strict=True):
        a.append(seconds(mine))
        b.append(seconds(peer))
    ours_median, theirs_median = statistics.median(a), statistics.median(b)
    return ours_median, theirs_median, ours_median / theirs_median


def main() -> int:
    """Measure everything and report it."""
    handfast = [sys.executable, "-m", "handfast"]
    keytool = shutil.which("keytool")
    if keytool is None:
        print("keytool is needed to compare with.")
        return 2
    java_home = Path(keytool).resolve().parents[1]
    rows = []
    listed: list[Figure] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # As where it is installed: without bytecode, the time to compile would be measured.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        compileall.compile_dir(Path(handfast_package.__file__).parent, quiet=2)
        many = certificates(10_000)
        for wanted, name in ((Format.JKS, "big.jks"), (Format.PKCS12, "big.p12")):
            store = new_store(wanted, WELL_KNOWN)
            chosen = [(each, f"entry{number}") for number, each in enumerate(many)]
            save_store(import_certificates(store, chosen), folder / name)
        for title, path, target in (
            ("list cacerts", java_home / "lib" / "security" / "cacerts", 0.33),
            ("list 10,000 in JKS", folder / "big.jks", 0.05),
            ("list 10,000 in PKCS#12", folder / "big.p12", 0.07),
        ):
            ours = [*handfast, "list", str(path)]
            theirs = ["keytool", "-list", "-keystore", str(path), *PASSWORD]
            rows.append((title, target, ratio([ours] * 5, [theirs] * 5)))
        pair = make_pair(PairRequest(alias="own", name="CN=own.example", key="rsa:2048"))
        for name, wanted in (("key.jks", Format.JKS), ("key.p12", Format.PKCS12)):
            save_store(new_store(wanted, WELL_KNOWN).with_entries([pair]), folder / name)
        ours = [*handfast, "list", str(folder / "key.jks")]
        theirs = ["keytool", "-list", "-keystore", str(folder / "key.jks"), *PASSWORD]
        rows.append(("list a JKS with a key", 0.6, ratio([ours] * 5, [theirs] * 5)))
        rows.append(("verify a chain against cacerts", 0.4, verify_ratio(handfast, folder)))
        rows.append(("a heap into a keystore", 0.5, heap_ratio(handfast, folder, pair)))
        rows.append(("a reply onto its pair", 0.5, reply_ratio(handfast, folder)))
        cer = folder / "new.cer"
        cer.write_bytes(certificates(1)[0].der)
        store = str(folder / "big.p12")
        ours_add = [[*handfast, "import", store, str(cer), "--alias", f"ours{i}"] for i in range(3)]
        theirs_add = [
            ["keytool", "-importcert", "-noprompt", "-keystore", store, *PASSWORD,
             "-alias", f"theirs{i}", "-file", str(cer)]
            for i in range(3)
        ]  # fmt: skip
        rows.append(("add one to 10,000 in PKCS#12", 0.35, ratio(ours_add, theirs_add)))
        rows.append(("list 1,000 mixed stores", 0.3, directory_ratio(handfast, folder)))
        listed.append(plan_row())
        listed.extend(copying_rows(many, pair))
        listed.extend(rehearsal_rows(folder))
        listed.extend(window_rows(java_home / "lib" / "security" / "cacerts", folder))
        listed.extend(endurance_rows(folder))
    return report([*(compared(*row) for row in rows), *listed])


def heap_ratio(handfast: list[str], folder: Path, pair: KeyPair) -> tuple[float, float, float]:
    """A key and its certificate into a JKS: one line here; openssl, then keytool elsewhere."""
    (folder / "own.key").write_bytes(
        export_pairs([pair], KeyEncoding.PEM_KEY, password=None)[0].data
    )
    (folder / "own.pem").write_text(pair.chain[0].pem())
    (folder / "password").write_text(WELL_KNOWN.reveal())
    ours, theirs = [], []
    for number in range(3):
        ours.append(
            [*handfast, "import-key", str(folder / f"ours{number}.jks"), str(folder / "own.key"),
             str(folder / "own.pem"), "--alias", "own", "--password-file", str(folder / "password")]
        )  # fmt: skip
        between, there = folder / f"between{number}.p12", folder / f"theirs{number}.jks"
        bundle = (
            f"openssl pkcs12 -export -inkey '{folder}/own.key' -in '{folder}/own.pem' -name own "
            f"-out '{between}' -passout pass:changeit && keytool -importkeystore -srckeystore "
            f"'{between}' -srcstorepass changeit -destkeystore '{there}' -deststoretype JKS "
            "-deststorepass changeit -noprompt"
        )
        theirs.append(["sh", "-c", bundle])
    return ratio(ours, theirs)


def reply_ratio(handfast: list[str], folder: Path) -> tuple[float, float, float]:
    """A CA's reply in the wrong order onto a pair: one line here; openssl, then keytool elsewhere.

    keytool wants the chain in order, or as PKCS#7, so that openssl puts it together first.
    """
    root = make_pair(PairRequest(alias="root", name="CN=Reply Root", key="rsa:2048", purpose="ca"))
    pair = make_pair(PairRequest(alias="own", name="CN=reply.example", key="rsa:2048"))
    request = read_request(create_request(pair).der)
    signed = sign_request(request, issuer_of(root), SigningPlan()).certificate
    reply = "".join(each.public_pem() for each in (root.chain[0], signed))
    (folder / "reply.pem").write_text(reply)
    (folder / "password").write_text(WELL_KNOWN.reveal())
    ours, theirs = [], []
    for number in range(3):
        for side in ("ours", "theirs"):
            path = folder / f"reply-{side}{number}.p12"
            save_store(new_store(Format.PKCS12, WELL_KNOWN).with_entries([pair]), path)
        ours.append(
            [*handfast, "reply", str(folder / f"reply-ours{number}.p12"),
             str(folder / "reply.pem"), "--password-file", str(folder / "password")]
        )  # fmt: skip
        lines = (
            f"openssl crl2pkcs7 -nocrl -certfile '{folder}/reply.pem' -out "
            f"'{folder}/reply{number}.p7b' && keytool -importcert -noprompt -alias own -keystore "
            f"'{folder}/reply-theirs{number}.p12' -storepass changeit -file "
            f"'{folder}/reply{number}.p7b'"
        )
        theirs.append(["sh", "-c", lines])
    return ratio(ours, theirs)


def verify_ratio(handfast: list[str], folder: Path) -> tuple[float, float, float]:
    """One chain against the trust store of the JDK, beside the lines that do as much."""
    root = make_pair(PairRequest(alias="root", name="CN=Root", key="ec:P-256", purpose="ca"))
    request = PairRequest(
        alias="server", name="CN=api.example", key="ec:P-256", sans=("dns:api.example",)
    )
    server = make_pair(request, issuer=issuer_of(root))
    trust = folder / "cacerts-and-root.p12"
    store = open_file(jdk_trust_store()).store
    save_store(import_certificates(store, [(root.chain[0], "own-root")]), trust)
    (folder / "chain.pem").write_text("".join(each.public_pem() for each in server.chain))
    (folder / "leaf.pem").write_text(server.chain[0].public_pem())
    ours = [[*handfast, "verify", str(folder / "chain.pem"), "--trust", str(trust),
             "--hostname", "api.example"]] * 5  # fmt: skip
    roots, untrusted = str(folder / "roots.pem"), str(folder / "chain.pem")
    lines = (
        f"keytool -list -rfc -keystore {trust} -storepass changeit > {roots} && "
        f"openssl verify -CAfile {roots} -untrusted {untrusted} -purpose sslserver "
        f"-verify_hostname api.example {folder / 'leaf.pem'}"
    )
    return ratio(ours, [["sh", "-c", lines]] * 5)


def directory_ratio(handfast: list[str], folder: Path) -> tuple[float, float, float]:
    """A thousand stores in one process of ours against one keytool for each.

    keytool is run on ten of them and that is taken for all, for they are alike.
    """
    stores = mixed_stores(folder / "many", 1000)
    ours = seconds([*handfast, "list", *map(str, stores)])
    share = stores[:: len(stores) // 10]
    theirs = sum(seconds(["keytool", "-list", "-keystore", str(path), *PASSWORD]) for path in share)
    total = theirs / len(share) * len(stores)
    return ours, total, ours / total


def mixed_stores(folder: Path, count: int) -> list[Path]:
    """JKS, PKCS#12 in both strengths and JCEKS in turn, each with a pair and two certificates."""
    folder.mkdir()
    pair = make_pair(PairRequest(alias="pair", name="CN=Bench", key="ec:P-256"))
    chosen = [(each, f"peer{number}") for number, each in enumerate(certificates(2))]
    samples = []
    for number, (wanted, strength) in enumerate(
        (
            (Format.JKS, Strength.MODERN),
            (Format.PKCS12, Strength.MODERN),
            (Format.PKCS12, Strength.COMPATIBLE),
            (Format.JCEKS, Strength.MODERN),
        )
    ):
        store = new_store(wanted, WELL_KNOWN, strength).with_entries([pair])
        save_store(import_certificates(store, chosen), folder / f"sample{number}")
        samples.append((folder / f"sample{number}").read_bytes())
    paths = []
    for number in range(count):
        paths.append(folder / f"store{number}")
        paths[-1].write_bytes(samples[number % len(samples)])
    return paths


def copying_rows(many: list[Certificate], pair: KeyPair) -> list[Figure]:
    """10,000 entries between two keystores in memory, as when they are pasted in the window."""
    trusted = import_certificates(
        new_store(Format.JKS, WELL_KNOWN),
        [(each, f"entry{number}") for number, each in enumerate(many)],
    )
    pairs = [dataclasses.replace(pair, alias=f"pair{number}") for number in range(len(many))]
    keys = new_store(Format.JKS, WELL_KNOWN).with_entries(pairs)
    rows = []
    in_pem = new_store(Format.PEM, WELL_KNOWN).with_entries(pairs)
    for title, source, wanted in (
        ("certificates", trusted, Format.PKCS12),
        ("key pairs", keys, Format.PKCS12),
        ("key pairs into PEM", keys, Format.PEM),
        ("key pairs out of PEM", in_pem, Format.JKS),
    ):
        begin = time.perf_counter()
        copy_entries(source, new_store(wanted, WELL_KNOWN))
        taken = 1000 * (time.perf_counter() - begin)
        rows.append(Figure(f"copy 10,000 {title}", taken, 2000.0, "milliseconds"))
    return rows


def compared(title: str, target: float, figures: tuple[float, float, float]) -> Figure:
    """A row of whole processes beside keytool's."""
    ours, theirs, share = figures
    return Figure(title, share, target, f"{ours:6.2f} s  keytool {theirs:6.2f} s")


def rehearsal_rows(folder: Path) -> list[Figure]:
    """The longest of many rehearsals beside two openssl programs that do the same on the loopback.

    What is loaded for the first of a process comes once, and counts apart.
    """
    rows = [Figure("load what a rehearsal needs", loading(), 100.0, "milliseconds, once")]
    for key in KEYS:
        for tls in TLS_VERSIONS:
            ours, theirs = rehearsals(key, tls), openssl_pairs(folder, key, tls)
            beside = "" if theirs is None else f"; openssl pair {theirs:.1f} ms"
            rows.append(
                Figure(
                    f"rehearsal, {key}, TLS {tls}", ours.longest, AT_MOST, f"{ours.said}{beside}"
                )
            )
    return rows


def plan_row() -> Figure:
    """A roll-over of both sides over a year, with what is loaded for it already loaded."""

    def side(name: Side, old_days: int) -> tuple[RollingSide, Store]:
        request = PairRequest(alias="old", name=f"CN={name}", key="ec:P-256", days=old_days)
        old = make_pair(request)
        new = make_pair(PairRequest(alias="new", name=f"CN={name}", key="ec:P-256", days=800))
        keys = PartyStore(store=new_store(Format.PKCS12, WELL_KNOWN).with_entries([old, new]))
        trusted = import_certificates(
            new_store(Format.PKCS12, WELL_KNOWN), [(old.chain[0], "old"), (new.chain[0], "new")]
        )
        party = Party(side=name, keys=keys, alias="old")
        return RollingSide(party=party, next_party=dataclasses.replace(party, alias="new")), trusted

    client, trusts_client = side("client", 365)
    server, trusts_server = side("server", 300)

    def trusting(rolling: RollingSide, store: Store) -> RollingSide:
        trust = PartyStore(store=store)
        assert rolling.next_party is not None
        return RollingSide(
            party=dataclasses.replace(rolling.party, trust=trust),
            next_party=dataclasses.replace(rolling.next_party, trust=trust),
        )

    sides = trusting(client, trusts_server), trusting(server, trusts_client)
    times = []
    for _ in range(4):
        begin = time.perf_counter()
        assert plan_rollover(*sides).ok
        times.append(time.perf_counter() - begin)
    return Figure("plan a roll-over over a year", statistics.median(times[1:]), 1.0, "seconds")


def window_rows(cacerts: Path, folder: Path) -> list[Figure]:
    """The start against an empty window, and the longest stalls.

    What else runs on the machine only ever adds to a stall, so the best of three runs is taken.
    """
    figures = [start("start to rows of cacerts", cacerts)]
    if "--frozen" in sys.argv:
        figures.append(start("the same, frozen", cacerts, frozen(folder)))
    ours, theirs = handing_over(cacerts, folder)
    said = f"{ours * 1000:6.0f} ms  python {theirs * 1000:6.0f} ms"
    # Where Python starts in 16 ms, six times that is the 100 ms that a person calls at once.
    figures.append(Figure("hand a file to the open window", ours / theirs, 6.0, said))
    for title, what in (
        ("stall, 10,000 in JKS", ("stall-opening", str(folder / "big.jks"))),
        ("stall, 10,000 in PKCS#12", ("stall-opening", str(folder / "big.p12"))),
        ("stall, making RSA 8192", ("stall-generating",)),
        ("stall, a probe hangs", ("stall-probing",)),
        ("stall, windows first opened", ("stall-windows",)),
    ):
        longest = min(measure(*what)[1] for _ in range(3))
        figures.append(Figure(title, longest, 50.0, "milliseconds"))
    return figures


def endurance_rows(folder: Path) -> list[Figure]:
    """What a long day costs, and very many entries; stalls as the best of runs, as above."""
    figures = []
    for title, name, runs, stall in (
        ("locking 50 tabs", "lock-tabs", 3, 100.0),
        ("locking 2,000 undo steps", "lock-edited", 3, 100.0),
        ("2,000 edits, undone, redone", "edit-and-undo", 2, 50.0),
        ("100,000 entries", "very-many", 2, 100.0),
    ):
        told = []
        for number in range(runs):
            # Each run saves keystores, and what is there already is not overwritten.
            own = folder / f"{name}-{number}"
            own.mkdir()
            told.append(endure(name, own))
        each = min(told, key=lambda figure: float(figure["ms"]))
        figures.append(Figure(f"stall, {title}", each["ms"], stall, _longest_of(each)))
        if "seconds" in each:
            figures.append(Figure(f"time of {title}", each["seconds"], 2.0, "seconds"))
        most = 500.0 if name == "very-many" else 200.0
        figures.append(Figure(f"memory, {title}", each["mib"], most, "MiB in all"))
    own = folder / "open-and-close"
    own.mkdir()
    grown = endure("open-and-close", own)["mib"]
    return [*figures, Figure("memory, 300 opened and closed", grown, 10.0, "MiB more than before")]


def _longest_of(told: dict[str, Any]) -> str:
    parts: dict[str, float] = told.get("each", {})
    which = f": {max(parts, key=lambda name: parts[name])}" if parts else ""
    return f"milliseconds (cpu {told['cpu']:.0f}){which}"


def start(title: str, cacerts: Path, program: tuple[str, ...] | None = None) -> Figure:
    """From a double click to the rows, against an empty window of the same make."""
    how: dict[str, Any] = {"program": program} if program else {}
    starts = [
        (measure("rows", str(cacerts), **how)[0], measure("empty", **how)[0]) for _ in range(9)
    ]
    ours, theirs = (statistics.median(column) for column in zip(*starts, strict=True))
    return Figure(title, ours / theirs, 1.8, f"{ours:6.2f} s  empty {theirs:6.2f} s")


def frozen(folder: Path) -> tuple[str, ...]:
    """The watcher of the window as a program that PyInstaller froze as it freezes Handfast."""
    here = Path(__file__).resolve()
    command = [
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR",
        "--distpath", str(folder / "frozen"), "--workpath", str(folder / "freezing"),
        str(here.parents[2] / "packaging" / "handfast.spec"),
    ]  # fmt: skip
    environment = {**os.environ, "FROZEN_SCRIPT": str(here.with_name("window.py"))}
    subprocess.run(command, check=True, env=environment, stdout=sys.stderr)
    return (str(folder / "frozen" / "handfast" / "handfast"),)


def report(figures: list[Figure]) -> int:
    """Print them, as a table or with ``--json``; with ``--strict`` 1 where one is beyond."""
    if "--json" in sys.argv:
        print(json.dumps([figure._asdict() for figure in figures], indent=2))
    else:
        for title, value, target, said in figures:
            verdict = "ok" if value <= target else "beyond"
            print(f"{title:<30} {said:<34} {value:6.2f} (at most {target:.2f}) {verdict}")
    missed = any(figure.value > figure.target for figure in figures)
    return 1 if missed and "--strict" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
