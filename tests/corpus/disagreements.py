"""Rows of the manifest where Handfast answers otherwise, and why it may."""

from __future__ import annotations

_REASONS: dict[str, tuple[str, ...]] = {
    "It is no store; its structure says what it was meant to be, and so does the message.": (
        "boringssl/fuzz/privkey/21390a583c6914c6217e3e7a6f0f500565c3db01",
        "boringssl/fuzz/privkey/35d56dec4d0b9eee7bc3f7116694b78bd3e14adf",
        "boringssl/fuzz/privkey/5c755df2a1f4c2672ff31c9d7d58d6e003a5f42e",
        "boringssl/fuzz/privkey/7508d58d4f00dc14a072ef68c79d5db942195bac",
        "boringssl/fuzz/privkey/9daaa6a59373116fdafd6a88ae78a66f82d3b12c",
        "boringssl/fuzz/privkey/c63c2f2c72fa6788f4e229f4021c3f9001d9ae71",
        "boringssl/fuzz/privkey/dcd1e294bde4644814fcce9efae0302f7eb0238a",
        "boringssl/fuzz/privkey/ef7b58b485fa43fe4db625066556e21c53d74c96",
        "cryptography/asymmetric/DER_Serialization/dsa_public_key_no_params.der",
        "cryptography/asymmetric/PEM_Serialization/ec_public_key_rsa_delimiter.pem",
        "cryptography/asymmetric/PKCS8/unknown-oid.der",
        "gnutls/csr-invalid.der",
        "gnutls/key-invalid1.der",
        "gnutls/key-invalid4.der",
        "gnutls/key-invalid5.der",
        "gnutls/pkcs8-invalid5.der",
        "gnutls/pkcs8-invalid6.der",
        "openssl/recipes/91-test_pkey_check_data/dsapub_noparam.der",
    ),
    "What people paste has long lines and wrong labels; the key in it is whole.": (
        "kse/PemUtilTest/bad-key-mismatch.pem",
        "openssl/recipes/04-test_pem_reading_data/dsa-256line.pem",
        "openssl/recipes/04-test_pem_reading_data/dsa-oneline.pem",
    ),
    "A signed message carries certificates like any bundle.": ("wolfssl/test-stream-sign.p7b",),
    "Revocation lists alone are no store: they are named for what they are.": (
        "openssl/certs/cve-2026-28388-crls.pem",
        "wolfssl/crl/crl2.pem",
    ),
    "GOST is in no library that is used here: told as not supported.": (
        "bc-java/embedded/pkix_PfxPduTest.gostPfx.der",
        "bc-java/embedded/pkix_PfxPduTest.gostPfxFoo123.der",
    ),
    "The fault is in a signature that is not used; the certificates are whole.": (
        "mbedtls/pkcs7_data_signed_badsigner2_badtag.der",
    ),
    "Only one lenient reader takes these altered certificates.": (
        "boringssl/fuzz/cert/0f845604775fb8dac06bc8c80bbedba128f7a96f",
        "boringssl/fuzz/parse_certificate_fuzzer/78c1d944fd5590921eac95ceeb8aae1fde2ab10a",
    ),
    "Libraries refuse a field of it; whoever was sent it can look at it, with a warning.": (
        "boringssl/fuzz/parse_certificate_fuzzer/461512b4f09956fd7469c4bdd12e9d83dfb822b0",
        "boringssl/fuzz/parse_certificate_fuzzer/7e77ec8d07f883dd58c5ad0008087d93905d59cc",
        "boringssl/fuzz/parse_certificate_fuzzer/d637f167d101f89175c75b0d8117cec46d73d991",
        "boringssl/fuzz/parse_certificate_fuzzer/d9fc04ca1fe2d03eafc9fc32060f92d949499c16",
        "boringssl/fuzz/parse_certificate_fuzzer/4e62d79b3d0042c651ad8f89378a1334fc942e93",
        "boringssl/fuzz/parse_certificate_fuzzer/8858c2eb841404947ecf2b93da2642f457b163ab",
        "boringssl/fuzz/parse_certificate_fuzzer/c7ba591cf3ae0236f937a2ab0399f77ece8a7af0",
        "boringssl/fuzz/parse_certificate_fuzzer/e528ac7d68d76dcfb11f859195ba2e27f73ee1f2",
        "gnutls/certs-interesting/cert3.der",
        "gnutls/invalid-date-mins.der",
    ),
}

#: The reason by the path.
DISAGREEMENTS = {path: reason for reason, paths in _REASONS.items() for path in paths}
