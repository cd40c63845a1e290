"""A service that sends mail, and a way to the link that a person is mailed."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from support.mail_server import MailServer, link_of

AskForLink = Callable[..., Awaitable[str]]


@pytest.fixture
def settings(mail_settings: AuthSettings) -> AuthSettings:
    """The application of `client` sends mail."""
    return mail_settings


@pytest.fixture
def ask_for_token(client: httpx.AsyncClient, parts: Parts, mail_server: MailServer) -> AskForLink:
    """Asks for a link and answers the token of the mail that came: the first, unless another number is given."""

    async def ask(login: str = "ada", *, number: int = 1) -> str:
        response = await client.post("/auth/password-reset", json={"login": login})
        assert response.status_code == 202, response.text
        mail = await mail_server.mail_to("ada@example.com", subject="Choose a new password", number=number)
        return link_of(mail).partition("#token=")[2]

    return ask
