"""Keys of a hub or a satellite: self-signed, made once, kept for their owner alone; pinned by the other side.

TLS 1.3 in both directions. Who is not pinned does not get through the handshake; a stranger that shows no
certificate at all may only try to pair.
"""

import hashlib
import os
import secrets
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.errors import DiskError, WireError


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its private key, in one file."""

    file: Path
    certificate: bytes
    """DER."""


def digest(certificate: bytes) -> bytes:
    """What a certificate is known by: SHA-256 of its DER."""
    return hashlib.sha256(certificate).digest()


def fingerprint(certificate: bytes) -> str:
    """The same, for people: the first 16 hexadecimal digits in groups."""
    text = digest(certificate).hex()[:16]
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def identity(file: Path) -> Identity:
    """The identity in `file`, made now if there is none. DiskError."""
    try:
        text = file.read_text() if file.exists() else _made(file)
        return Identity(file, ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :]))
    except (OSError, ValueError) as error:
        raise DiskError(
            f"the key in {file} cannot be used: {error}. Move it away, and pair again."
        ) from error


def _made(file: Path) -> str:
    # Loaded here alone: a paired satellite never needs it again, and it takes 8 MB.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _subject())])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A small board may not know the date: the pin counts, not the calendar.
        .not_valid_before(datetime(2000, 1, 1))
        .not_valid_after(datetime(9999, 12, 31))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    text = private + certificate.public_bytes(serialization.Encoding.PEM)
    write_private(file, text)
    return text.decode()


def _subject() -> str:
    """Tells two certificates apart where only their names are shown."""
    return f"Hearth {secrets.token_hex(8)}"


def write_private(file: Path, content: bytes) -> None:
    """Put a file in its place in one step, readable by its owner alone (0600). DiskError."""
    beside = file.with_name(file.name + ".new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(number)
        beside.replace(file)
    except OSError as error:
        raise DiskError(f"{file} cannot be written: {error.strerror}") from error


def hub_context(own: Identity, pinned: Iterable[bytes]) -> ssl.SSLContext:
    """The hub's door: pinned satellites, and strangers without a certificate."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, own)
    context.verify_mode = ssl.CERT_OPTIONAL
    for certificate in pinned:
        pin(context, certificate)
    return context


def pin(context: ssl.SSLContext, certificate: bytes) -> None:
    """Let one more in. WireError when it is no certificate."""
    try:
        context.load_verify_locations(cadata=certificate)
    except ssl.SSLError as error:
        raise WireError("that is no certificate") from error


def satellite_context(own: Identity, hub: bytes) -> ssl.SSLContext:
    """A paired satellite: it talks to this hub and no other."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, own)
    pin(context, hub)
    return context


def stranger_context() -> ssl.SSLContext:
    """A satellite about to pair: whoever answers must prove that it knows the code."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, None)
    context.verify_mode = ssl.CERT_NONE
    return context


def _context(protocol: int, own: Identity | None) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the key is pinned, the address may change
    # Else OpenSSL looks for a pinned key by its subject, and takes only the first of several alike.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if own is not None:
        try:
            context.load_cert_chain(own.file)
        except (OSError, ssl.SSLError) as error:
            raise DiskError(f"the key in {own.file} cannot be used: {error}") from error
    return context
