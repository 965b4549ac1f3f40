"""What is wrong with a trusted certificate beside what any certificate may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.language import tr
from handfast.core.store import quoted, shorten
from handfast.core.visible_text import visible
from handfast.services.checks.findings import Finding
from handfast.services.paths.building import Link, Path, fits
from handfast.services.paths.judging import unknown_critical
from handfast.services.paths.peers import ROOT_NEEDED, who_differs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import TrustedCertificate
    from handfast.core.store import Store

#: So many certificates between a trusted one and its root are looked through, and no more.
_MAX_STEPS = 16


class TrustedRoots:
    """Whether a trusted CA has its root in the store; looked through when it is first asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_subject: dict[bytes, list[Certificate]] | None = None

    def leads_to_root(self, certificate: Certificate) -> bool:
        """Whether trusted certificates lead from this one up to a self-signed one."""
        if self._by_subject is None:
            self._by_subject = {}
            for entry in self._store.trusted:
                key = entry.certificate.subject_key
                self._by_subject.setdefault(key, []).append(entry.certificate)
        current = certificate
        for _ in range(_MAX_STEPS):
            if current.is_self_signed:
                return True
            above = self._by_subject.get(current.issuer_key, [])
            found = next((each for each in above if fits(current, each)), None)
            if found is None:
                return False
            current = found
        return False


def check_anchor(
    entry: TrustedCertificate, roots: TrustedRoots, *, beside_keys: bool
) -> Iterator[Finding]:
    """An intermediate without its root, and extensions that programs do not know.

    ``beside_keys``: the store holds keys, so that it may only keep the CA for a chain.
    """
    certificate, what = entry.certificate, quoted(entry.alias)
    is_intermediate = not certificate.is_self_issued and certificate.is_ca
    if is_intermediate and not roots.leads_to_root(certificate):
        issuer = shorten(visible(certificate.issuer_common_name) or visible(certificate.issuer))
        yield Finding(
            severity="info" if beside_keys else "warning",
            code="chain-incomplete",
            alias=entry.alias,
            message=tr(
                "{entry} is an intermediate CA, trusted without its root, “{issuer}”.",
                entry=what,
                issuer=issuer,
            ),
            why=tr(
                "Programs that use OpenSSL also require the root before they trust the "
                "certificates that it issued."
            )
            + " "
            + who_differs(ROOT_NEEDED, "client"),
            remedy=tr(
                "Import the root “{issuer}” as trusted too; the CA publishes it.", issuer=issuer
            ),
        )
    if not any(each.critical for each in certificate.extensions.values()):
        return
    alone = Path(links=(Link(certificate=certificate, was_sent=False, anchor_alias=entry.alias),))
    for fault in unknown_critical(alone):
        yield Finding(
            severity="warning",
            code="unknown-critical-extension",
            alias=entry.alias,
            message=tr(
                "{entry} has a critical extension that programs do not support: {detail}.",
                entry=what,
                detail=fault.detail,
            ),
            why=tr(
                "A program must reject a critical extension that it does not support (RFC "
                "5280, 4.2)."
            )
            + " "
            + who_differs(fault.refused_by, "client"),
            remedy=tr("Ask its issuer for a certificate without the extension."),
        )
