"""What several files of messages mean, and what to do about it: each text once."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr

REVOCATION_UNKNOWN: Final = tr(
    "The checking side requires a revocation check and cannot complete it: the CA’s "
    "revocation list or OCSP service is unreachable, missing, or out of date."
)
REVOCATION_UNKNOWN_REMEDY: Final = tr(
    "Allow that side to reach the CA’s CRL or OCSP address, or provide a current revocation list."
)
NAME_NOT_SERVED: Final = tr(
    "The server has no configuration for the host name that the client requested (SNI)."
)
NAME_NOT_SERVED_REMEDY: Final = tr(
    "Connect with a host name that the server is configured for, or configure this name on "
    "the server."
)
OPEN_FILE_REMEDY: Final = tr("Open the file here to see its format and to test the password.")
NO_KEY_IN_WINDOWS: Final = tr(
    "Windows found no usable key pair: the private key is missing, or the account that the "
    "program runs as cannot read it."
)
NO_KEY_IN_WINDOWS_REMEDY: Final = tr(
    "Import the certificate together with its private key (as PKCS#12), and allow the "
    "program’s account to read the key."
)
CAUSE_IN_NEXT_LINE: Final = tr(
    "The program reports only that TLS failed. The next line in its log, or the other side’s "
    "log, names the cause."
)
PROBE_TWICE_REMEDY: Final = tr(
    "Probe the endpoint here, once directly and once through the proxy or load balancer. "
    "Update the older of the two programs."
)
NOT_ACCEPTED: Final = tr(
    "The other side did not accept the certificate that it received: it does not trust the "
    "issuer, or the certificate has expired, is for another purpose, or is malformed."
)
NOT_ACCEPTED_REMEDY: Final = tr(
    "Send the current certificate and its CA to the other side again, and ask it to check the"
    " trust store that its program actually uses. Its own log shows the reason."
)
NOTHING_IN_COMMON: Final = tr(
    "The two sides have no cipher suite, group, or signature algorithm in common that suits "
    "their keys; or the server requires a client certificate and received none."
)
NOTHING_IN_COMMON_REMEDY: Final = tr(
    "Make sure that both sides enable TLS 1.2 or 1.3, that the server’s key pair is RSA or EC"
    " P-256, and that the client has a key pair to present. The server’s log shows which of "
    "these is the cause."
)
CA_NOT_KNOWN: Final = tr(
    "The other side does not know the CA of the certificate that it received, or an "
    "intermediate certificate was not sent."
)
CA_NOT_KNOWN_REMEDY: Final = tr(
    "Ask the other side to import your CA into the trust store that it uses, and send the "
    "complete chain."
)
SIGNATURE_NOT_VALID: Final = tr(
    "A signature in the handshake is not valid: a private key does not belong to its "
    "certificate, or a device between the two sides changed a message."
)
NO_SUCH_ALIAS: Final = tr(
    "The file has no entry with this alias: it is the wrong keystore, or the entry has "
    "another alias."
)
ALIAS_TAKEN: Final = tr(
    "An entry with this alias already exists, so keytool imported nothing and kept the "
    "existing entry."
)
ALIAS_TAKEN_REMEDY: Final = tr("Choose another alias, or delete or rename the existing entry.")
SELF_SIGNED: Final = tr(
    "The certificate, or the root of its chain, is self-signed and is not in the trust store "
    "that was used."
)
SELF_SIGNED_REMEDY: Final = tr(
    "Compare its fingerprint with its owner, then import it into that trust store."
)
ONE_SIDE_WITHOUT_TLS: Final = tr(
    "One side uses TLS and the other does not: the server requires an encrypted connection "
    "that the client did not start, or the client started one that the server does not offer "
    "at this port."
)
ONE_SIDE_WITHOUT_TLS_REMEDY: Final = tr(
    "Turn TLS on in the client, or connect to the port at which the server offers it. Probe "
    "the endpoint here to see which it is."
)
OWN_FILE_REMEDY: Final = tr(
    "Open the file that the configuration names here: it shows the format, whether the "
    "password fits, and whether it contains a private key with its certificate."
)
TLS_FAILED: Final = tr(
    "The program reports that TLS failed, but not why. The lines around this one, or the "
    "other side’s log, name the cause. Most often, the other side did not accept a "
    "certificate."
)
PROBE_REMEDY: Final = tr("Probe the endpoint here with the keystores that the program uses.")
