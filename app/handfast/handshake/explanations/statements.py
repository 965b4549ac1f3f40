"""What a message states, in whatever words: a trouble near the thing that has it.

Programs word the same failure in thousands of ways, but most say of a thing of the field (a
certificate, a key, a host name) what is wrong with it (missing, expired, not matching). A row of
the table names both by the concepts of :mod:`~handfast.handshake.explanations.vocabulary`, how
many words may stand between them, and the causes. The closer the two stand, the surer it is.
"""

from __future__ import annotations

import functools
from typing import Final

from handfast.core.frozen import dataclass
from handfast.handshake.explanations.vocabulary import concepts_of

#: A thing, its trouble (of several, separated by ``+``, all are needed), how many words may stand
#: between the thing and any of them, the weight, and the causes.
_TABLE: Final = """
cert expired 8 66 expired clock
chain expired 6 62 expired clock
ca expired 5 64 expired clock
tls expired 4 50 expired clock
identity expired 3 56 expired clock
identity not_yet 3 56 not-yet-valid clock
key expired 3 54 expired clock
cert dates+invalid 5 54 expired clock
cert dates+fails 4 54 expired clock
cert not_yet 8 66 not-yet-valid clock
tls clock+invalid 8 46 clock expired
cert clock+invalid 10 46 clock expired

name mismatch+cert 12 66 host-mismatch
name mismatch+tls 8 62 host-mismatch
name mismatch+verify 8 60 host-mismatch
name invalid+cert 4 58 host-mismatch
name invalid+verify 14 66 host-mismatch
name invalid 0 62 host-mismatch
name lacks+cert 10 66 host-mismatch
name absent+cert 5 66 host-mismatch
name verify+fails 5 58 host-mismatch
host mismatch+cert 6 60 host-mismatch
hosted mismatch+cert 5 62 host-mismatch
san mismatch 6 62 host-mismatch
san absent 3 58 host-mismatch
hosted mismatch+tls 5 58 host-mismatch
name untrusted+tls 4 50 host-mismatch
name unknown+tls 4 50 host-mismatch

key mismatch+cert 9 68 key-mismatch
key mismatch 3 60 key-mismatch
store mismatch+key_kind 4 56 key-mismatch
identity mismatch 3 56 key-mismatch
key verify+fails 4 54 key-mismatch no-identity
identity verify+fails 4 52 key-mismatch no-identity

usage invalid 6 60 wrong-purpose
usage lacks+cert 8 62 wrong-purpose
usage absent 5 58 wrong-purpose
usage unsupported 4 60 wrong-purpose
usage rejected 6 58 wrong-purpose
usage mismatch 5 66 wrong-purpose
usage fails+cert 5 54 wrong-purpose
usage needed+cert 6 50 wrong-purpose
basic invalid 5 66 not-a-ca
basic absent 5 64 not-a-ca
basic fails 4 62 not-a-ca
basic lacks 6 64 not-a-ca
path_length fails 4 60 path-length
path_length invalid 4 60 path-length
constraint fails 5 64 name-constraint
constraint invalid 5 64 name-constraint
constraint rejected 5 64 name-constraint
extension unknown 4 62 unknown-critical-extension
extension unsupported 4 60 unknown-critical-extension
extension absent+cert 3 40 wrong-purpose

revocation ca+absent 14 84 missing-intermediate revoked
revocation fails 7 72 revoked
revocation invalid 5 70 revoked
revocation absent 6 70 revoked
revocation expired 5 76 revoked
revocation untrusted 5 70 revoked
revocation rejected 6 70 revoked
revocation timeout 8 72 revoked
revocation unreachable 8 72 revoked
revocation unsupported 5 68 revoked
revocation cert 2 62 revoked

cert changed 3 60 stale-certificate untrusted
pin changed 3 60 stale-certificate untrusted
pin mismatch 7 66 stale-certificate untrusted
pin fails 4 54 untrusted stale-certificate
pin invalid 4 60 stale-certificate untrusted
pin untrusted 4 58 untrusted stale-certificate

hash weak 5 62 weak-signature weak-key
hash unsupported+cert 6 60 weak-signature weak-key
size rejected 5 60 weak-key
hash rejected+cert 6 60 weak-signature weak-key
size weak 4 62 weak-key
key weak 4 60 weak-key
signature weak 4 60 weak-signature
signature invalid+cert 5 58 stale-certificate untrusted
signature fails+verify 4 56 stale-certificate untrusted
signature mismatch 4 54 stale-certificate untrusted

cert not_so+key_kind 2 56 no-shared-algorithm wrong-format
cert lacks+key_kind 4 58 no-shared-algorithm wrong-format
key not_so+key_kind 2 56 wrong-format no-shared-algorithm
key_kind unsupported 2 56 no-shared-algorithm
algorithm lacks+cert 6 58 no-shared-algorithm
algorithm unsupported 6 60 no-shared-algorithm tls-version
algorithm absent 3 56 no-shared-algorithm tls-version
algorithm mismatch 5 58 no-shared-algorithm tls-version
algorithm rejected 4 56 no-shared-algorithm
algorithm unknown 4 54 no-shared-algorithm tls-version
algorithm invalid 3 54 no-shared-algorithm
algorithm fails+tls 4 48 no-shared-algorithm
version unknown+tls 4 52 tls-version not-tls
version needed+tls 4 58 tls-version no-shared-algorithm
version unsupported+tls 6 60 tls-version no-shared-algorithm
version weak+tls 5 58 tls-version no-shared-algorithm
version mismatch+tls 5 60 tls-version no-shared-algorithm
version rejected+tls 5 58 tls-version no-shared-algorithm
version invalid+tls 3 52 tls-version not-tls
version unsupported 2 46 tls-version no-shared-algorithm

store password+invalid 8 68 wrong-password wrong-format
store password+fails 8 62 wrong-password wrong-format
store password+absent 6 60 wrong-password key-password
store decrypt+fails 6 60 wrong-password wrong-format
cert password+needed 5 72 wrong-password key-password
store password+needed 6 70 wrong-password key-password
cert password+invalid 7 60 wrong-password wrong-format
key password+invalid 7 66 key-password wrong-password
key password+fails 7 62 key-password wrong-password
key password+absent 6 64 key-password
key password+needed 6 62 key-password
key decrypt+fails 6 64 key-password wrong-password
key decrypt 1 46 key-password wrong-format
password absent+store 6 52 wrong-password key-password
cert password+fails 6 54 wrong-password key-password

trust_store absent 4 60 empty-trust-store untrusted
trust_store unreadable 6 62 empty-trust-store
trust_store file+invalid 4 56 empty-trust-store
trust_store load+fails 5 56 empty-trust-store wrong-format
trust_store setup+fails 4 56 wrong-format empty-trust-store wrong-password
trust_store file+absent 5 60 empty-trust-store

trust_store lacks 5 58 untrusted empty-trust-store
trust_store empty 4 62 empty-trust-store
client_cert empty 4 62 no-identity
chain empty 3 58 no-identity
cert empty 4 55 wrong-format no-identity
key empty 4 57 wrong-format no-identity
store empty 4 57 wrong-format no-identity
password empty+store 5 58 wrong-password key-password
chain lacks 4 60 missing-intermediate untrusted
chain absent 3 60 missing-intermediate untrusted
chain invalid 3 50 untrusted missing-intermediate expired
intermediate absent 5 72 missing-intermediate untrusted
intermediate fails 4 56 missing-intermediate untrusted
cert absent+chain 6 54 missing-intermediate no-identity

client_cert absent 6 62 no-identity
client_cert needed 5 62 no-identity
client_cert rejected 6 60 refused-by-peer untrusted
client_cert untrusted 6 60 untrusted
client_cert verify+fails 5 56 untrusted expired wrong-purpose
client_cert invalid 3 54 refused-by-peer untrusted
client_cert load+fails 5 56 wrong-format no-identity
cert needed+key 6 56 no-identity
cert unreadable 9 63 no-identity
key unreadable 7 64 no-identity
store unreadable 6 60 no-identity
key lacks 6 62 no-identity wrong-format
key absent 5 60 no-identity
key needed 2 56 no-identity
identity needed 2 54 no-identity
store needed 2 52 no-identity
identity absent 5 58 no-identity
store absent 4 56 no-identity
alias absent+store 8 62 no-identity
alias absent+key 8 60 no-identity
alias invalid+store 6 56 no-identity
cert file+absent 8 64 no-identity
key file+absent 8 65 no-identity
store file+absent 8 64 no-identity
cert file+invalid 4 52 no-identity wrong-format
key file+invalid 4 52 no-identity wrong-format
store file+invalid 4 52 no-identity wrong-format
cert lacks 3 54 no-identity wrong-format
store lacks 4 56 no-identity
cert absent 4 52 no-identity
cert needed 3 50 no-identity
identity load+fails 6 54 wrong-format no-identity key-password

cert format+invalid 5 58 wrong-format
cert format+fails 5 58 wrong-format
cert format+unsupported 5 58 wrong-format
cert format+absent 5 56 wrong-format
format lacks+cert 5 60 wrong-format
key format+invalid 5 60 wrong-format key-password
key format+fails 5 60 wrong-format key-password
key format+unsupported 5 60 wrong-format
key format+absent 5 56 wrong-format
store format+invalid 5 60 wrong-format
store format+fails 5 60 wrong-format
store format+unsupported 5 60 wrong-format
key invalid 2 52 wrong-format key-mismatch
store invalid 2 52 wrong-format wrong-password
key unsupported 3 54 wrong-format
key unknown 3 50 wrong-format
store unknown 3 52 wrong-format
store unsupported 3 54 wrong-format
key load+fails 5 52 wrong-format no-identity key-password
store setup+fails 4 51 wrong-format no-identity
store load+fails 5 50 wrong-format wrong-password no-identity
cert load+fails 5 48 wrong-format no-identity

cert unknown_ca 6 70 untrusted missing-intermediate
chain unknown_ca 4 70 untrusted missing-intermediate
ca unknown_ca 4 68 untrusted missing-intermediate
tls unknown_ca 6 68 untrusted missing-intermediate
ca unknown 3 62 untrusted
cert unknown 2 44 refused-by-peer untrusted
ca untrusted+cert 6 62 untrusted
ca untrusted 3 58 untrusted
ca absent 3 54 untrusted missing-intermediate
ca absent+verify 5 64 untrusted missing-intermediate
chain setup+fails 4 58 untrusted missing-intermediate
chain mismatch+cert 6 60 untrusted missing-intermediate
ca invalid 2 46 not-a-ca untrusted
cert untrusted 5 58 untrusted
chain untrusted 4 58 untrusted missing-intermediate
chain verify+fails 5 54 untrusted missing-intermediate
peer_cert verify+fails 5 50 untrusted expired host-mismatch
cert verify+fails 5 46 untrusted expired host-mismatch
peer_cert untrusted 6 68 untrusted
peer_cert rejected 5 48 refused-by-peer untrusted
cert rejected 5 46 refused-by-peer untrusted
cert invalid 5 42 untrusted expired host-mismatch
tls untrusted 3 36 untrusted
tls verify+fails 4 40 untrusted expired host-mismatch

tls plain 7 58 not-tls
tls absent 0 46 not-tls
tls unsupported 2 48 not-tls
tls needed 2 50 not-tls
handshake plain 7 54 not-tls
tls timeout 6 50 timeout
handshake timeout 6 54 timeout
tls unreachable 10 52 unreachable
handshake closed 6 30 refused-by-peer untrusted no-identity
tls closed 5 26 refused-by-peer untrusted no-identity
tls rejected 3 26 refused-by-peer untrusted no-identity
handshake fails 4 12 refused-by-peer untrusted no-identity tls-version
starttls setup+fails 3 30 refused-by-peer untrusted no-identity
starttls fails 2 26 refused-by-peer untrusted no-identity
tls setup+fails 3 24 wrong-format no-identity key-password
tls fails 4 10 refused-by-peer untrusted no-identity tls-version
store fails 4 22 wrong-format wrong-password no-identity
key fails 3 20 wrong-format no-identity key-password
trust_store fails 2 20 empty-trust-store untrusted
cert fails 4 20 untrusted wrong-format no-identity
"""
_MAX_WORDS: Final = 600
#: So much less sure is a statement for each word between its parts.
_PER_WORD: Final = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """What was stated, as far as its causes and how sure they are."""

    codes: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class _Row:
    concepts: tuple[str, ...]
    apart: int
    statement: Statement


@functools.cache
def _rows() -> tuple[_Row, ...]:
    rows = []
    for line in filter(None, _TABLE.splitlines()):
        thing, troubles, apart, weight, *codes = line.split()
        concepts = (thing, *troubles.split("+"))
        rows.append(_Row(concepts, int(apart), Statement(tuple(codes), int(weight))))
    return tuple(rows)


def statements_of(words: str) -> tuple[Statement, ...]:
    """What the plain words of one message state, the surest first.

    Of a message longer than any that people write, only the beginning is read.
    """
    places: dict[str, list[tuple[int, int]]] = {}
    for begin, end, concepts in concepts_of(words.split()[:_MAX_WORDS]):
        for concept in concepts:
            places.setdefault(concept, []).append((begin, end))
    found = []
    for row in _rows():
        if all(concept in places for concept in row.concepts):
            gap = _closest(row.concepts, places)
            if gap is not None and gap <= row.apart:
                statement = row.statement
                found.append(Statement(statement.codes, statement.weight - _PER_WORD * gap))
    return tuple(sorted(found, key=lambda each: -each.weight))


def _closest(concepts: tuple[str, ...], places: dict[str, list[tuple[int, int]]]) -> int | None:
    """The words between the first concept and the farthest other, where they stand closest."""
    best = None
    for begin, end in places[concepts[0]]:
        widest = 0
        for other in concepts[1:]:
            gaps = [
                max(there - end, begin - until, 0)
                for there, until in places[other]
                if there >= end or until <= begin or (there, until) == (begin, end)
            ]
            if not gaps:
                break
            widest = max(widest, min(gaps))
        else:
            best = widest if best is None else min(best, widest)
    return best
