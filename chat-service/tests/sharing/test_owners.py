"""Whether somebody who shares still has an open account, as auth-service tells."""

from collections.abc import Callable

import httpx
import pytest
from chat_server.sharing import owners as owners_module
from chat_server.sharing.owners import Owners
from service_kit.errors import IdentityUnavailable
from service_kit.service_client import ServiceClient
from service_kit.tokens import TokenCodec

SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"


class Auth:
    """An auth-service that answers what the test says."""

    def __init__(self) -> None:
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={"is_active": True})
        self.asked: list[httpx.Request] = []
        client = ServiceClient(
            "http://auth",
            "chat-service",
            TokenCodec(SECRET),
            answer_seconds=2,
            transport=httpx.MockTransport(self._take),
        )
        self.seconds = 0.0
        self.owners = Owners(client, lambda: self.seconds)

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer()


@pytest.fixture
def auth() -> Auth:
    return Auth()


class TestOwners:
    async def test_are_asked_about_as_a_service_and_remembered(self, auth: Auth) -> None:
        assert await auth.owners.is_active("a/b?c")
        assert await auth.owners.is_active("a/b?c")
        (request,) = auth.asked
        assert request.url.raw_path == b"/internal/accounts/a%2Fb%3Fc"
        token = request.headers["Authorization"].removeprefix("Bearer ")
        assert TokenCodec(SECRET).verify(token, "service").username == "chat-service"
        await auth.owners.close()

    async def test_that_are_closed_are_noticed_after_a_few_seconds(self, auth: Auth) -> None:
        assert await auth.owners.is_active("ann")
        auth.answer = lambda: httpx.Response(200, json={"is_active": False})
        auth.seconds += owners_module.REMEMBERED_SECONDS + 1
        assert not await auth.owners.is_active("ann")

    @pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, text="x"), httpx.Response(401)])
    async def test_that_nobody_can_tell_about_are_not_shown(self, auth: Auth, answer: httpx.Response) -> None:
        auth.answer = lambda: answer
        with pytest.raises(IdentityUnavailable):
            await auth.owners.is_active("ann")

    async def test_that_were_there_lately_still_are_while_nobody_can_tell(self, auth: Auth) -> None:
        assert await auth.owners.is_active("ann")

        def fail() -> httpx.Response:
            raise httpx.ConnectError("away")

        auth.answer = fail
        auth.seconds += 60
        assert await auth.owners.is_active("ann")
        auth.seconds += owners_module.OUTAGE_GRACE_SECONDS
        with pytest.raises(IdentityUnavailable):
            await auth.owners.is_active("ann")

    async def test_do_not_fill_the_memory(self, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(owners_module, "LARGEST_CACHE", 2)
        for name in ("a", "b", "c", "a"):
            await auth.owners.is_active(name)
        assert len(auth.asked) == 4
