"""Handing mails over under TLS, and signing in at the mail server."""

import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from service_kit.clock import utc_now
from support.mail_server import MailServer, running_mail_server
from support.stack import metric
from support.waiting import eventually

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
ADA = "ada@example.com"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.convoai.test")])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def is_trusted(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@asynccontextmanager
async def mail_server_under_tls(certificate: Path, security: str) -> AsyncIterator[MailServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    async with running_mail_server(tls=tls, is_tls_from_the_start=security == "tls") as server:
        yield server


def settings_for(settings: AuthSettings, server: MailServer, **update: Any) -> AuthSettings:
    return settings.model_copy(update={"smtp_port": server.port, **update})


async def cause_a_mail(client: httpx.AsyncClient) -> None:
    """Signs in twice, the second time from a device that was not seen before."""
    await client.post("/users/", json={"username": "ada", "email": ADA, "password": "testpass123"})
    for agent in ("curl/8", "wget/1"):
        form = {"username": "ada", "password": "testpass123"}
        assert (await client.post("/auth/token", data=form, headers={"User-Agent": agent})).status_code == 200


async def until_it_waits(client: httpx.AsyncClient) -> None:
    """The mail server was tried, took nothing, and the mail is kept."""

    async def look() -> bool:
        return metric((await client.get("/metrics")).text, "mail_server_failures_total") >= 1

    await eventually(look)
    text = (await client.get("/metrics")).text
    assert (metric(text, "mails_waiting"), metric(text, "mails_parked")) == (1, 0)


class TestTls:
    @pytest.mark.usefixtures("is_trusted")
    @pytest.mark.parametrize("security", ["starttls", "tls"])
    async def test_is_used_as_the_settings_say(
        self, settings: AuthSettings, start_service: StartService, certificate: Path, security: str
    ) -> None:
        async with (
            mail_server_under_tls(certificate, security) as server,
            start_service(settings_for(settings, server, smtp_security=security)) as client,
        ):
            await cause_a_mail(client)
            await server.mail_to(ADA)

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    async def test_with_a_certificate_of_nobody_sends_nothing(
        self, settings: AuthSettings, start_service: StartService, certificate: Path, security: str
    ) -> None:
        async with mail_server_under_tls(certificate, security) as server:
            async with start_service(settings_for(settings, server, smtp_security=security)) as client:
                await cause_a_mail(client)
                await until_it_waits(client)
            assert server.received == []

    async def test_that_the_server_does_not_offer_is_not_done_without(
        self, settings: AuthSettings, start_service: StartService, mail_server: MailServer
    ) -> None:
        async with start_service(settings_for(settings, mail_server, smtp_security="starttls")) as client:
            await cause_a_mail(client)
            await until_it_waits(client)
        assert mail_server.received == []


@pytest.mark.usefixtures("is_trusted")
class TestSigningIn:
    async def test_with_a_wrong_password_keeps_mails_until_it_is_right(
        self,
        settings: AuthSettings,
        start_service: StartService,
        certificate: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        async with mail_server_under_tls(certificate, "starttls") as server:
            server.username, server.password = "convoai", "of-the-mail-server"
            signing_in = {"smtp_security": "starttls", "smtp_username": "convoai"}
            wrong = signing_in | {"smtp_password": SecretStr("a-wrong-password")}
            async with start_service(settings_for(settings, server, **wrong)) as client:
                await cause_a_mail(client)
                await until_it_waits(client)
            right = signing_in | {"smtp_password": SecretStr("of-the-mail-server")}
            async with start_service(settings_for(settings, server, **right)):
                await server.mail_to(ADA)
        assert "mail_server_unavailable" in caplog.text
        assert "a-wrong-password" not in caplog.text
        assert "of-the-mail-server" not in caplog.text
