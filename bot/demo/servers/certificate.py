"""A self-signed certificate for the TLS ports of the demo servers, made anew at each start."""

from __future__ import annotations

import secrets
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS
from Crypto.Util.asn1 import DerBitString, DerInteger, DerObjectId, DerOctetString, DerSequence, DerSetOf

_ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
_COMMON_NAME = "2.5.4.3"
_SUBJECT_ALT_NAME = "2.5.29.17"
_BASIC_CONSTRAINTS = "2.5.29.19"
_UTF8_STRING = 0x0C
_UTC_TIME = 0x17
_SAN_DNS = 0x82
_SAN_IP = 0x87


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the two PEM files lie."""

    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A client's context that trusts this certificate and checks the host's name."""
        return ssl.create_default_context(cafile=str(self.certificate))


def make_certificate(
    folder: Path, *, host: str = "localhost", address: tuple[int, ...] = (127, 0, 0, 1)
) -> Certificate:
    """A key and a certificate (P-256, RFC 5280) for loopback, valid for a day, written to `folder`."""
    key = ECC.generate(curve="P-256")
    now = datetime.now(UTC)
    algorithm = DerSequence([DerObjectId(_ECDSA_WITH_SHA256).encode()]).encode()
    name = _name(host)
    to_be_signed = DerSequence(
        [
            _tagged(0xA0, DerInteger(2).encode()),
            DerInteger(secrets.randbits(120) + 1).encode(),
            algorithm,
            name,
            DerSequence([_time(now - timedelta(hours=1)), _time(now + timedelta(days=1))]).encode(),
            name,
            key.public_key().export_key(format="DER"),
            _tagged(0xA3, _extensions(host, address)),
        ]
    ).encode()
    signature = DSS.new(key, "fips-186-3", encoding="der").sign(SHA256.new(to_be_signed))
    der = DerSequence([to_be_signed, algorithm, DerBitString(signature).encode()]).encode()

    made = Certificate(certificate=folder / "certificate.pem", key=folder / "key.pem")
    made.certificate.write_text(ssl.DER_cert_to_PEM_cert(der))
    made.key.touch(mode=0o600)
    made.key.write_text(str(key.export_key(format="PEM")))
    return made


def _name(host: str) -> bytes:
    pair = DerSequence([DerObjectId(_COMMON_NAME).encode(), _tagged(_UTF8_STRING, host.encode())])
    return DerSequence([DerSetOf([pair.encode()]).encode()]).encode()


def _extensions(host: str, address: tuple[int, ...]) -> bytes:
    names = DerSequence([_tagged(_SAN_DNS, host.encode()), _tagged(_SAN_IP, bytes(address))])
    # Its own issuer: clients that are told to trust it want to see a certificate authority.
    authority = DerSequence([b"\x01\x01\xff"])
    return DerSequence(
        [
            DerSequence([DerObjectId(_SUBJECT_ALT_NAME).encode(), DerOctetString(names.encode()).encode()]).encode(),
            DerSequence(
                [DerObjectId(_BASIC_CONSTRAINTS).encode(), b"\x01\x01\xff", DerOctetString(authority.encode()).encode()]
            ).encode(),
        ]
    ).encode()


def _time(moment: datetime) -> bytes:
    return _tagged(_UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())


def _tagged(tag: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 0x80:
        return bytes((tag, size)) + payload
    # X.690 8.1.3.5: the long form says first how many bytes the length takes.
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + payload
