"""The rules behind ``explain``, as data; the order decides between messages that tell as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.handshake.explanations.certificates import CERTIFICATES
from handfast.handshake.explanations.codes import CODES
from handfast.handshake.explanations.connections import CONNECTION
from handfast.handshake.explanations.families import FAMILIES
from handfast.handshake.explanations.files import FILES
from handfast.handshake.explanations.handshakes import ALERTS, ALGORITHMS, IDENTITY
from handfast.handshake.explanations.libraries import LIBRARIES
from handfast.handshake.explanations.products import SERVERS, VENDORS, WINDOWS
from handfast.handshake.explanations.readers import READERS
from handfast.handshake.explanations.sentences import SENTENCES
from handfast.handshake.explanations.stacks.apple import APPLE
from handfast.handshake.explanations.stacks.curl import CURL
from handfast.handshake.explanations.stacks.embedded import EMBEDDED
from handfast.handshake.explanations.stacks.gnutls_and_nss import GNUTLS_AND_NSS
from handfast.handshake.explanations.stacks.java import JAVA
from handfast.handshake.explanations.stacks.mobile_and_cloud import MOBILE_AND_CLOUD
from handfast.handshake.explanations.stacks.namespaces import NAMESPACES
from handfast.handshake.explanations.stacks.openssl import OPENSSL
from handfast.handshake.explanations.stacks.pkcs11 import PKCS11
from handfast.handshake.explanations.stacks.programs import PRODUCT_CODES, PROGRAMS
from handfast.handshake.explanations.stacks.rust_and_go import RUST_AND_GO
from handfast.handshake.explanations.stacks.settings import SETTINGS
from handfast.handshake.explanations.stacks.windows import WINDOWS_RESULTS
from handfast.handshake.explanations.stores import STORES
from handfast.handshake.explanations.trust import TRUST

if TYPE_CHECKING:
    from handfast.handshake.explanations.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *STORES,
    *CERTIFICATES,
    *TRUST,
    *ALGORITHMS,
    *IDENTITY,
    *ALERTS,
    *CONNECTION,
    *FILES,
    *READERS,
    *LIBRARIES,
    *WINDOWS,
    *VENDORS,
    *SERVERS,
    *SENTENCES,
    *CODES,
    *JAVA,
    *CURL,
    *OPENSSL,
    *RUST_AND_GO,
    *GNUTLS_AND_NSS,
    *EMBEDDED,
    *APPLE,
    *WINDOWS_RESULTS,
    *PKCS11,
    *PROGRAMS,
    *PRODUCT_CODES,
    *SETTINGS,
    *MOBILE_AND_CLOUD,
    *FAMILIES,
    *NAMESPACES,
)
