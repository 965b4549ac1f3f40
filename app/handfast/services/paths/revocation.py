"""Lists of revoked certificates (CRLs) out of a file: one in DER, or any number in PEM."""

from __future__ import annotations

from cryptography import x509

from handfast.formats.pem.armor import find_blocks


def read_revocation_lists(data: bytes) -> tuple[bytes, ...]:
    """Each list in DER; none where the file holds none that can be read."""
    candidates = [data] if data[:1] == b"\x30" else []
    candidates += [block.data for block in find_blocks(data) if block.label == "X509 CRL"]
    found = []
    for each in candidates:
        try:
            x509.load_der_x509_crl(each)
        except ValueError:
            continue
        found.append(each)
    return tuple(found)
