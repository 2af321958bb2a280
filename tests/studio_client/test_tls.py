"""Over TLS the same bounds hold, and a stranger's certificate is not believed."""

import ipaddress
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import studio_client
from studio_client import OutcomeUnknown
from tests.studio_client import misbehaving, samples

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Studio")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "studio.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def trusting(url: str, certificate: Path) -> studio_client.StudioClient:
    session = requests.Session()
    session.verify = str(certificate)
    session.trust_env = False
    return studio_client.StudioClient(url, "a-token", read_timeout=0.4, total_timeout=0.8, session=session)


def test_a_trusted_studio_is_heard(tls: ssl.SSLContext, certificate: Path) -> None:
    with misbehaving.serving(misbehaving.answer("200 OK", samples.job()), tls=tls) as server:
        assert trusting(server.url, certificate).get(samples.JOB_ID).version == 2


def test_a_stranger_gets_no_request(tls: ssl.SSLContext) -> None:
    with misbehaving.serving(misbehaving.answer("200 OK", samples.job()), tls=tls) as server:
        with pytest.raises(OutcomeUnknown):
            samples.client(server.url).get(samples.JOB_ID)
        assert server.requests == []


def test_bytes_that_dribble_end_at_the_total_time(tls: ssl.SSLContext, certificate: Path) -> None:
    with misbehaving.serving(misbehaving.dribbling(HEAD), tls=tls) as server:
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            trusting(server.url, certificate).get(samples.JOB_ID)
        assert 0.7 <= time.monotonic() - began < 1.5
