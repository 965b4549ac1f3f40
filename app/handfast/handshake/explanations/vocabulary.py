"""The words of the field, in many forms and languages, as the few concepts that they stand for.

A program says “no such file”, “Datei gefunden”, or “ENOENT”: all of them mean *absent*.
:func:`concepts_of` turns the plain words of a message into concepts, each with its place, so that
:mod:`~handfast.handshake.explanations.statements` can judge what is said of what.
"""

from __future__ import annotations

import functools
from typing import Final

#: A concept a paragraph: its name, and the words and phrases that mean it, separated by commas.
#: A phrase may mean several concepts: it stands under each of them.
_VOCABULARY: Final = """
cert: certificate, certificates, cert, certs, crt, crts, x509, x 509, certfile, pemfile, cer,
 certificateexception, sslcert, cacert, servercert, clientcert, certificateverificationerror
client_cert: client certificate, client certificates, client cert, client certs, clientcert,
 client ssl certificate, client tls certificate, client x509 certificate, user certificate,
 user cert, client side certificate, device certificate,
 device cert, identity certificate, client identity, clients certificate, two way ssl,
 certificate from client, certificate from the client, client certificate authentication,
 peer did not, certificate based authentication, certificate authentication
peer_cert: certificate server, peer certificate, peer cert, server certificate, server cert, remote certificate,
 remote cert, servers certificate, peers certificate, host certificate, upstream certificate,
 peer certificates, certificate from server, certificate of the server, website certificate,
 site certificate, certificate chain, ssl certificate, tls certificate
ca: ca, cas, ca certificate, ca certificates, ca cert, ca certs, certificate authority,
 certification authority, certificate authorities, certification authorities, issuer, issuers,
 issuing, authority, signer, root ca, root certificate, root cert, root certificates, cacert,
 cacerts, issued by, signed by, signing ca, trust anchor, trust anchors, trusted root,
 ca file, cafile, issuer certificate, signer certificate
trust_store: trust store, truststore, trust stores, truststores, cacerts, ca bundle, cabundle,
 ca path, capath, ca file, cafile, ca store, root store, trusted certificates, trusted certs,
 trusted roots, trusted certificate, trusted cert, trusted root certificates, trusted cas, root certificates, root certs,
 ca certificates, ca certs, ca pem, ca crt, ca certificate file, ca cert file,
 certificate authority file, ca certificate, ca cert, root certificate, root cert, cacert,
 certificate bundle, cert bundle, system roots, system certificates, cert pool, certificate authorities, cacertfile,
 trust material, trusted ca, ca certificate bundle, root crt, verify locations, trust manager,
 trust managers, root ca certificate, cacert file, truststorefile, ssl root certificate,
 ca list, client ca, ca certificate path, verify paths
key: load key, loading key, import key, parse key, private key, privatekey, private keys, priv key, privkey, secret key, key file, keyfile,
 ssl key, tls key, server key, client key, certificate key, cert key, key pem, rsa key, ec key,
 ecdsa key, pkey, privatekeyfile, sslkey, tlskey, host key file, key pair, keypair, signing key,
 ssl certificate key, rsa private key
identity: identities, signing identity, signing identities, valid identities, key pair, keypair, key entry, keyentry, key entries, key material, identity,
 key manager, keymanager, credentials, server identity file, certificate and key,
 certificate and private key, cert and key, certificate key pair, key and certificate,
 key and cert, certificate or key, certificate or private key, certificate key, certificate pair,
 x509 key pair, key certificate pair, keycert, key cert pair, cert key pair,
 private key and certificate, private key and cert, code signing identity, code signing identities,
 signing identity, signing identities, provisioning profile, provisioning profiles, public key, public private key pair
store: key store, keystore, keystores, key stores, pkcs12, pkcs 12, p12, p 12, pfx, jks, jceks,
 bks, bcfks, wallet, wallets, key ring, keyring, key database, keydb, kdb, keychain, pse, pkcs11,
 pkcs 11, certificate store, cert store, keystorefile, nss database, cert8, cert9, key3, key4,
 keystore file, personal store
chain: chain, chains, certificate chain, cert chain, certification path, cert path, certpath,
 certificate path, trust chain, chain of trust, chain file, fullchain
intermediate: intermediate, intermediates, intermediate certificate, intermediate certificates,
 intermediate ca, intermediate cert, intermediate cas, issuer certificate,
 sub ca, chain certificates, chain certificate, issuers certificate
name: no matching dns, no matching name, no matching host, no matching hostname, no matching san,
 no matching subject, no matching domain, no matching identity, host name, hostname, hostnames, host names, common name, commonname, cn, san, sans,
 subject alt name, subject alternative name, subject alternative names, subjectaltname,
 subjectaltnames, subject alt names, subject alternate name, alt name, altname, altnames,
 dns name, dns names, dnsname, dnsnames, server name, servername, sni, fqdn, domain name,
 domain, domains, domain names, ip address, subject name, server identity, peer name,
 peername, remote name, peers identity, servers identity, hosts identity, principal, principals, san entry, ip san, ip sans, dn,
 distinguished name, subject dn, target name, expected name, expected host, expected identity,
 subject, common names, peer identity, alternative names, uri, spiffe, spiffe id
san: subject alt name, subject alternative name, subject alternative names, subjectaltname,
 subjectaltnames, subject alt names, subject alternate name, san entry, ip sans, ip san, dns sans
host: host, server, url, address, endpoint, site, website, target, domain, remote host
usage: not valid for encryption, not valid for signing, not valid for decryption, not valid for code signing, not valid for server authentication,
 key usage, keyusage, extended key usage, extendedkeyusage, eku, purpose, purposes, usage,
 usages, clientauth, serverauth, client authentication, server authentication, nscerttype,
 netscape cert type, client auth, server auth, key usages,
 enhanced key usage, ku, authenticate a client, authenticate clients, authenticate a server,
 identify a client, used for client, used for server, server web authentication
signature: signature, signatures, certificate signature, cert signature
hash: sha1, sha 1, md5, md 5, md2, sha1withrsa, md5withrsa, digest, hash, ca md, sha, rsasha1,
 message digest, hash algorithm, digest algorithm, signature hash, signature algorithm
size: key size, keysize, key length, bits, bit, modulus, key strength, 512, 1024,
 dh key, dh parameters, dh group, ee key, ca key, dh, diffie hellman, ephemeral, rsa key, rsa
algorithm: cbc sha, cbc sha256, cbc sha384, gcm sha256, gcm sha384, chacha20 poly1305, 3des, cipher, ciphers, cipher suite, cipher suites, ciphersuite, ciphersuites, cipherspec,
 cipher spec, suite, suites, curve, curves, named group, groups, group, key exchange, sigalg,
 sigalgs, signature algorithms, signature scheme, signature schemes, signature algorithm,
 key share, alpn, application protocol, ecdh, psk, algorithm, algorithms, cipher list,
 cipherstring, elliptic curve
version: tls version, ssl version, protocol version, protocol versions, tls versions, protocol,
 protocols, tls1, tls1 0, tlsv1, tlsv1 0, tlsv1 1, tlsv1 2, tlsv1 3, tls 1 0, tls 1 1, tls 1 2,
 tls 1 3, tls1 2, tls1 3, sslv2, sslv3, ssl 3, ssl 2, ssl v3, ssl3, tls v1, tls v1 2, tlsv12,
 tlsv13, tls12, tls13, dtls v1, dtls v1 0, dtls v1 2, dtls 1 2, dtls 1 0, version, versions, min version, tls protocol, ssl protocol
password: digests do not match, digest mismatch, mac mismatch, mac invalid, mac not match, password, passwords, passphrase, passphrases, pass phrase, pass phrases, storepass,
 keypass, passwd, pin, mac verify, store password, key password, pass word, integrity check, pbe
decrypt: encrypted data, pad block, bad padding, decrypt, decrypted, decrypting, decryption, encrypted, bad decrypt, unlock, unlocked,
 encrypted key, encrypted private key, final block, padding
format: pem, der, asn1, asn 1, base64, base 64, encoding, encoded, format, pkcs8, pkcs 8, pkcs1,
 pkcs 1, pkcs7, pkcs 7, csr, pem block, pem data, pem file, begin certificate, header, tag,
 parse, parsed, parsing, parser, decode, decoded, decoding, decoder, unmarshal, malformed,
 deserialize, file type, content type, content, contents, type, data, start line, armor,
 file format, structure, coerced, converted, convert, bytes, syntax, kdf, oid, no start line, not in pem, not in pkcs8, not in pkcs 8,
 not in der, not in x509, bad base64, not pem, not a pem, not der, not a valid pem
revocation: revocation, revoked, certificate status, cert status, crl, crls, ocsp, stapling, staple, stapled, revocation list,
 revocation status, crl file, ocsp response, ocsp responder, crlfile, responder
tls: maybe ssl, maybe tls, tls, ssl, https, mtls, m tls, mutual tls, mutual ssl, starttls, dtls, ssl tls, tls ssl, ldaps, imaps, smtps, mqtts, wss, ftps, amqps, sslexception,
 sslsocket, sslcontext, ssl context, tls context, tls config, ssl ctx, tls credentials,
 secure connection, secure channel, secure socket, sslengine, sslhandshakeexception,
 securetransport, tlsv1, ssl connect, ssl accept, ssl client, ssl server
starttls: starttls, start tls
handshake: handshake, handshakes, handshaking, client hello, server hello, clienthello,
 serverhello, negotiation, negotiate, negotiating, handshakefailed
asn: asn, asn1, asn 1
key_kind: rsa, ecdsa, ed25519, ed448, dsa, ec key, rsa key, ecdsa key, public key, rsa public key,
 key algorithm, key type, openssh, rsa private key, ec, x25519, public key algorithm
hosted: thishost
alias: alias, aliases, aliasname, key alias, entry, friendly name, label, nickname, key label
file: file, files, path, paths, directory, folder, location, filename, pem file,
 certificate file, filepath, mount, volume, secret, disk
pin: pin, pinned, pinning, fingerprint, fingerprints, thumbprint, pins, public key pin, hpkp,
 spki, tofu, certificate hash, pinset
extension: extension, extensions, critical extension, critical extensions, critical
constraint: name constraint, name constraints, nameconstraints, permitted subtree, excluded
basic: ca attribute, is a ca certificate, basic constraint, basic constraints, basicconstraints, not a ca, ca flag, ca false,
 capable of signing, sign other certificates, issue certificates, ca true
path_length: path length, pathlen, pathlength, path len, chain too long, verify depth,
 chain length, path length constraint, depth exceeded, chain depth
clock: clock, system time, system date, system clock, current time, time skew, ntp
alert: alert, alerts, fatal alert
absent: not offered, not attached, found 0, 0 valid, 0 found, 0 certificates, 0 identities, found none, found no,
 missing, not found, notfound, no such, absent, not present, not provided, not supplied,
 not specified, not configured, not set, not given, not available, not sent, not presented,
 not defined, not included, not installed, not exist, doesnt exist, does not exist, cannot find,
 could not find, couldnt find, cant find, unable to find, unable to locate, none, no, without,
 is null, was null, nil, undefined, lacks, lack, lacking, unset, nonexistent, enoent, have no, has no,
 did not provide, did not send, did not present, did not return, didnt provide, didnt send,
 not be found, isnt set, isnt configured, not listed,
 not been set,
 not been configured, not been found, not been provided,
 could not be found, cannot be found, cant be found, didnt find, did not find, no valid,
 no suitable, no usable, no useable, not receive, not received, did not receive, wasnt found, not loaded, contains no,
 not initialized, not assigned, not selected, zero, not have, never, no longer available,
 couldnt locate, could not locate, failed to find, failed to locate, not a file,
 must be an existing, must exist, is lost, has been lost, disappeared
empty: empty, 0 bytes, zero bytes, blank, zero length
made: or revoked, revoked or, creating a self signed, generating a self signed, generated self signed, create a self signed,
 generate a self signed, generating self signed, created a self signed, using a self signed,
 creating self signed, using self signed, generate self signed, default self signed
lacks: did not have, didnt have, doesnt contain, does not contain, not contain, doesnt include, does not include, not include,
 contains no, contain no, contain any, contain a, doesnt have, does not have, has no, not hold
not_so: is not, isnt, must be, not an, not a, are not, was not, should be
needed: provide a valid, please provide, please specify, required, requires, require, needed, needs, need, must, expects, expected, expecting,
 mandatory, demanded, requested, wants
unreadable: permission denied, access denied, access is denied, not readable, unreadable, eacces,
 not accessible, inaccessible, not be accessed, could not be accessed, cannot open,
 could not open, couldnt open, cant open, unable to open, error opening, failed to open, fopen,
 permissions, permission, group or world, world readable, too open, group access, cannot stat,
 could not stat, isnt readable, sufficient rights, rights to read, enough rights, right permissions,
 sufficient privileges, enough permissions, sufficient permissions, insufficient permissions,
 insufficient rights, insufficient privileges, not be opened, cannot be opened, is a directory, eisdir
mismatch: mismatch, mismatched, mismatches, mis match, not match, doesnt match, dont match,
 didnt match, does not match, do not match, did not match, not matching, no match, non matching,
 differs, differ, different, not belong, doesnt belong, does not belong, not correspond,
 does not correspond, doesnt correspond, not equal, not the same, not valid for, not included,
 not in, not cover, not covered, not among, doesnt fit, does not fit, not pair, unmatched,
 incompatible with, is not for, not issued for, inconsistent, not contained,
 only valid for, valid only for, only good for, no matching dns, no matching name, no matching host, no matching hostname, no matching san,
 no matching subject, no matching domain, no matching identity, is for another, for another, of another,
 from another, belongs to another, belong to another, belongs to a different, for a different,
 of a different, from a different, matches none, matched none, dont belong, not part of, not present in, not found in, unequal,
 not be matched, not for, not go together, dont go together, but got, instead of, conflicts
expired: validity period is over, validity period has ended, date has passed, expiration has passed, expiry has passed, already passed, validity is over,
 period is over, in the past, ended its validity, end date reached, after the not after, after not after, after its not after, after notafter, past not after,
 past its not after, later than not after, used after, past the end of its validity, after its end date,
 past expiry, validity has ended, validity ended, overdue,
 expired, has expired, out of date, outdated, stale, lapsed, no longer valid, ran out,
 run out, past its, not currently valid, past due, validity expired, out of validity,
 outside validity, date invalid, invalid date, expired on, elapsed, outside its validity
dates: expires, expire, expiration, expiry, validity, validity period, not after, notafter, date,
 dates
not_yet: start date not reached, not before not reached, not been reached, will become valid, becomes valid on,
 starts in the future, before the not before, before not before, before its not before, before notbefore,
 used before, before it is valid, before its valid from, earlier than not before, not before is in the future,
 before the start of its validity, before its start date, validity has not started, not started yet,
 not yet taken effect, not taken effect, not yet effective, not effective, not yet started,
 not yet valid, not valid yet, in the future, premature, not yet active, before its validity,
 not active yet, from the future, future
invalid: digests do not match, digest mismatch, mac mismatch, mac invalid, mac not match, not valid for encryption, not valid for signing, not valid for decryption, not valid for code signing, not valid for server authentication,
 not contain valid, not contain a valid, doesnt contain valid, doesnt contain a valid, does not contain valid, does not contain a valid, is a ca certificate, invalid, bad, wrong, incorrect, corrupt, corrupted, damaged, illegal, broken,
 unexpected, improper, inappropriate, unsuitable, not valid, isnt valid, not suitable, unusable,
 not usable, inadequate, unacceptable, not acceptable, not marked, malformed,
 no start line, not in pem, not in pkcs8, not in pkcs 8, not in der, not in x509, not pem, not a pem,
 not der, bad base64, not a valid pem, incomplete, not correct, not right, truncated, garbage, inconclusive, unfit, faulty
untrusted: not trusted, untrusted, untrusted root, distrusted, not signed by, not trust,
 doesnt trust, does not trust, dont trust, not issued by, isnt trusted, not verified, unverified,
 not verify, cannot be verified, could not be verified, couldnt be verified, not be verified,
 not authentic, not confirmed, no trusted, not be trusted, not be validated, not approved, not certified,
 not anchored
unknown_ca: only trusted, accepts trusted, self signed, selfsigned, unknown issuer, unknown ca, unknown authority, local issuer,
 unknown certificate authority, trust anchor, path building, untrusted issuer, unknown root,
 signed by unknown authority, unknown signer, issuer unknown, authority unknown, ca unknown,
 unable to get issuer, authority invalid, partial chain, not signed by a trusted
changed: has changed, was changed, changed, have changed
unknown: unknown, unrecognized, unrecognised, not recognized, unrecognisable
rejected: rejected, reject, rejects, rejecting, refused, refuses, refusing, declined, denied,
 not accepted, not accept, did not accept, disallowed, not allowed, not permitted, forbidden,
 unauthorized, not authorized, unauthorised, blocked, prohibited, refuse, rejection, turned down,
 not authorised, not mapped
weak: weak, too small, too short, too weak, insecure, insufficient, deprecated, legacy, obsolete,
 minimum, at least, less than, smaller than, below, shorter than, unsafe, not secure, not strong,
 low, small, short, forgeable, too few
unsupported: not offer, doesnt offer, does not offer, offers only, offered only, unsupported, un supported, not supported, not support, doesnt support,
 does not support, disabled, not enabled, no common, no shared, not shared, none in common,
 no overlap, incompatible, not implemented, no supported, cant negotiate,
 no compatible, no acceptable, not acceptable, not negotiate, disallowed, no mutual,
 not compatible, too old, too low, too high, outdated, not agree, no suitable, not offered,
 unimplemented, no matching, not permitted, not allowed, no usable, rejected, not understand
fails: failed, fails, fail, failure, failing, error, errors, unable, cannot, cant, could not,
 couldnt, did not, didnt, problem, problems, exception, unsuccessful, impossible, fatal, aborted,
 abort, trouble, not be, wont, isnt, wasnt, not, oops, panic, warning, sorry, couldn t,
 returned null, plaintext read error, tls read plaintext,
 unable to use, cannot use, cant use, could not use, failed to use, error using, unable to set,
 could not set, failed to set, error setting, cannot set, couldnt set, unable to get, cannot get,
 could not get, failed to get, failed to add, failed to process, failed to obtain, unable to obtain,
 unable to process, not use, not be used
timeout: took longer, took longer than, did not finish, not finish in time, did not complete in,
 timed out, timeout, time out, timedout, deadline exceeded, no response, etimedout,
 took too long, deadline
closed: closed, reset, eof, end of file, disconnected, disconnect, terminated, dropped, close,
 broken pipe, hang up, hung up, socket hang up, unexpectedly closed, connection lost, lost,
 went away, econnreset, epipe, shutdown, interrupted, end of stream, closing
unreachable: connection refused, econnrefused, unreachable, no route, unknown host, enotfound,
 name resolution, getaddrinfo, could not resolve, couldnt resolve, cannot resolve, dns lookup,
 host not found, eai again
plain: maybe ssl, maybe tls, encrypted data, plain text, plaintext, plain http, plain, http request, http response, unencrypted,
 clear text, cleartext, wrong version number, not ssl, non ssl, non tls, not tls, not https,
 not an ssl, not a tls, not encrypted, without tls, without ssl, without encryption,
 insecure transport, secure transport, http to an https, http server,
 does not look like, doesnt look like, not look like, unsecured, insecure connection, insecure connections, http connection, http connections
load: load key, loading key, import key, parse key, load, loaded, loading, read, reading, open, opening, opened, import, importing, imported,
 retrieve, retrieving, install, installing, reload, open file, extract, export, fetching,
 unable to use, cannot use, cant use, could not use, failed to use, error using, unable to set,
 could not set, failed to set, error setting, cannot set, couldnt set, unable to get, cannot get,
 could not get, failed to get, failed to add, failed to process, failed to obtain, unable to obtain,
 unable to process, use certificate, use privatekey, not use, not be used, not set
setup: generate, generating, generation, initialize, initializing, initialise, initialization, initialisation, init, create, creating,
 configure, configuring, configuration, setup, set up, setting up, build, built, prepare,
 ssl context, tls context, sslcontext, ctx, ssl ctx, tls config, config, settings, options
verify: verify, verified, verifying, verification, validate, validated, validating, validation,
 authenticate, authenticated, trust, evaluate, evaluation, verifier,
 trusted, recognize, check failed
"""


#: What is wrong, and what is done; all other concepts are things.
_TROUBLES: Final = frozenset(
    (
        "absent", "needed", "unreadable", "mismatch", "expired", "not_yet", "dates", "invalid",
        "untrusted", "rejected", "weak", "unsupported", "fails", "lacks", "not_so", "empty", "made",
        "timeout", "closed", "unreachable", "plain", "load", "setup", "verify", "unknown",
        "unknown_ca", "changed",
    )
)  # fmt: skip


#: A word of so few letters is part of too many others.
_SHORT: Final = 3


@functools.cache
def _phrases() -> dict[tuple[str, ...], frozenset[str]]:
    """Each phrase, as its words, with all concepts that it means.

    A thing in a longer phrase is meant as well: a “CA e” is a e, too.
    """
    found: dict[tuple[str, ...], set[str]] = {}
    for entry in _VOCABULARY.replace("\n ", " ").strip().splitlines():
        concept, _, words = entry.partition(": ")
        for phrase in words.split(",") if words else ():
            found.setdefault(tuple(phrase.split()), set()).add(concept)
    return {
        phrase: frozenset(
            concepts.union(
                *(
                    found.get(phrase[begin:end], set()) - _TROUBLES
                    for begin in range(len(phrase))
                    for end in range(begin + 1, len(phrase) + 1)
                )
            )
            if not concepts <= _TROUBLES
            else concepts
        )
        for phrase, concepts in found.items()
    }


@functools.cache
def _longest() -> dict[str, int]:
    """For each word that a phrase begins with, how many words its longest phrase has."""
    lengths: dict[str, int] = {}
    for phrase in _phrases():
        lengths[phrase[0]] = max(lengths.get(phrase[0], 0), len(phrase))
    return lengths


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(word for phrase in _phrases() for word in phrase if len(word) > _SHORT)


def _apart(words: list[str]) -> list[str]:
    """The words, with two of them apart that lost the blank between them."""
    known = _known()
    found = []
    for word in words:
        if len(word) <= 2 * _SHORT or word in known or not word.isalpha():
            found.append(word)
            continue
        for at in range(_SHORT + 1, len(word) - _SHORT):
            if word[:at] in known and word[at:] in known:
                found.extend((word[:at], word[at:]))
                break
        else:
            found.append(word)
    return found


def concepts_of(words: list[str]) -> list[tuple[int, int, frozenset[str]]]:
    """Each stretch of words that means something: begin, end, and its concepts.

    Of overlapping phrases the longest is taken, from left to right.
    """
    phrases, longest = _phrases(), _longest()
    words = _apart(words)
    found = []
    at = 0
    while at < len(words):
        for length in range(min(longest.get(words[at], 0), len(words) - at), 0, -1):
            if meaning := phrases.get(tuple(words[at : at + length])):
                found.append((at, at + length, meaning))
                # In “is not valid”, it is also said that something is “not valid”.
                at += 1 if "not_so" in meaning else length
                break
        else:
            at += 1
    return found
