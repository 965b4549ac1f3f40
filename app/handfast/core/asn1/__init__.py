"""ASN.1: reading and writing BER and DER (X.690)."""
