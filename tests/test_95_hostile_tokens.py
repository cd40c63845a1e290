"""Hostile tokens at all three services and at the socket: refused, and in the same words whatever the fault."""

import re
from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio
from support.access_matrix import Cast
from support.client import PASSWORD
from support.hostile_tokens import BLANKS, HOSTILE, Build, Materials, claims_of
from support.sockets import open_socket

pytestmark = pytest.mark.asyncio(loop_scope="session")
ALL: Mapping[str, Build] = {name: build for kind in HOSTILE.values() for name, build in kind.items()}
UNSENDABLE = re.compile(r"[\x00\r\n]")  # in a header
TCHARS = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # of which a subprotocol is made (RFC 9110, section 5.6.2)
LONGEST_LINE = 8_000  # a handshake has lines of at most 8 KiB
PEOPLES = ["auth GET /users/me", "chat GET /conversations/", "analytics GET /analytics/summary"]
SERVICES = ["auth POST /auth/introspect", "auth POST /auth/introspections", "analytics POST /events"]
CREDENTIALS = 4401
PERSONAL = re.compile(r"session|user|of a service")  # faults of a person's token alone


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def materials(cast: Cast) -> Materials:
    """A manager's tokens, who may call all three services."""
    manager, another = await cast.person("manager"), await cast.person("other user")
    further = await cast.people.sign_in(manager.username, PASSWORD)
    return Materials(
        secret=cast.people.stack.secret,
        own=claims_of(manager.token),
        another=claims_of(another.token),
        refresh_token=further.refresh_token,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service_materials(cast: Cast, materials: Materials) -> Materials:
    """What one service shows to another."""
    return replace(materials, own=claims_of(cast.people.stack.codec.sign_service("chat-service")))


async def ask(cast: Cast, operation: str, *tokens: str) -> httpx.Response:
    """The answer to a call without a body and with these tokens, each in a header of its own."""
    service, method, path = operation.split()
    headers = [(b"Authorization", b"Bearer " + token.encode(errors="surrogatepass")) for token in tokens]
    return await cast.people.http.request(method, cast.address(service) + path, headers=headers)


def said_in(answer: httpx.Response) -> tuple[int, bytes]:
    return answer.status_code, answer.content.replace(answer.headers["X-Request-ID"].encode(), b"")


class TestOverRest:
    @pytest.mark.parametrize("operation", PEOPLES)
    async def test_one_that_was_made_in_the_same_way_is_good(
        self, cast: Cast, materials: Materials, operation: str
    ) -> None:
        assert (await ask(cast, operation, materials.token())).status_code == 200

    @pytest.mark.parametrize("operation", SERVICES)
    async def test_one_of_a_service_that_was_made_in_the_same_way_is_good(
        self, cast: Cast, service_materials: Materials, operation: str
    ) -> None:
        assert (await ask(cast, operation, service_materials.token())).status_code == 422  # there is no body

    @pytest.mark.parametrize("operation", PEOPLES)
    async def test_are_refused_in_the_words_for_no_token_at_all(
        self, cast: Cast, materials: Materials, operation: str
    ) -> None:
        assert await self._other_words(cast, operation, {name: build(materials) for name, build in ALL.items()}) == {}

    @pytest.mark.parametrize("operation", SERVICES)
    async def test_of_services_are_refused_in_the_words_for_no_token_at_all(
        self, cast: Cast, service_materials: Materials, operation: str
    ) -> None:
        tokens = {name: build(service_materials) for name, build in ALL.items() if not PERSONAL.search(name)}
        assert await self._other_words(cast, operation, tokens) == {}

    async def _other_words(self, cast: Cast, operation: str, tokens: Mapping[str, str]) -> dict[str, str]:
        """What is said of tokens that is not what is said of none."""
        nothing = said_in(await ask(cast, operation))
        assert nothing[0] == 401
        sendable = {name: token for name, token in tokens.items() if not UNSENDABLE.search(token)}
        assert len(sendable) >= 30
        answers = {name: await ask(cast, operation, token) for name, token in sendable.items()}
        return {
            name: answer.text
            for name, answer in answers.items()
            if said_in(answer) != nothing or answer.headers["WWW-Authenticate"] != "Bearer"
        }

    @pytest.mark.parametrize("operation", PEOPLES)
    async def test_of_a_service_opens_no_person_s_route(self, cast: Cast, operation: str) -> None:
        token = cast.people.stack.codec.sign_service("chat-service")
        assert said_in(await ask(cast, operation, token)) == said_in(await ask(cast, operation))

    @pytest.mark.parametrize("operation", SERVICES)
    async def test_of_a_person_opens_no_service_s_route(self, cast: Cast, materials: Materials, operation: str) -> None:
        assert said_in(await ask(cast, operation, materials.token())) == said_in(await ask(cast, operation))

    @pytest.mark.parametrize("operation", PEOPLES)
    async def test_beside_a_good_one_is_refused(self, cast: Cast, materials: Materials, operation: str) -> None:
        """Which of two counts must not depend on who reads them: a proxy, or the service."""
        good, bad = materials.token(), ALL["signed with another secret"](materials)
        for tokens in ((bad, good), (good, bad)):
            assert said_in(await ask(cast, operation, *tokens)) == said_in(await ask(cast, operation))


class TestOnTheSocket:
    @pytest.mark.parametrize("stream", [True, False], ids=["streaming", "plain"])
    async def test_in_the_address_are_refused_in_the_words_for_none(
        self, cast: Cast, materials: Materials, stream: bool
    ) -> None:
        nothing = await self._refusal(cast, None, stream)
        assert nothing[1] == CREDENTIALS
        other_words = {}
        for name, build in {**ALL, **BLANKS}.items():
            token = build(materials)
            if len(token) < LONGEST_LINE // 3 and (said := await self._refusal(cast, token, stream)) != nothing:
                other_words[name] = said
        assert other_words == {}

    @pytest.mark.parametrize("stream", [True, False], ids=["streaming", "plain"])
    async def test_as_a_subprotocol_are_refused_in_the_words_for_none(
        self, cast: Cast, materials: Materials, stream: bool
    ) -> None:
        nothing = await self._refusal(cast, None, stream)
        other_words, sent = {}, 0
        for name, build in ALL.items():
            token = build(materials)
            if TCHARS.fullmatch(token) and len(token) < LONGEST_LINE:
                sent += 1
                if (said := await self._refusal(cast, None, stream, ["convoai", f"bearer.{token}"])) != nothing:
                    other_words[name] = said
        assert other_words == {}
        assert sent >= 30

    async def _refusal(
        self, cast: Cast, token: str | None, stream: bool, subprotocols: list[str] | None = None
    ) -> tuple[list[str | bytes], int | None, str | None]:
        conversation_id = await cast.belonging("manager", "conversation_id")
        address = f"{cast.people.stack.socket_address}/ws/{conversation_id}"
        async with open_socket(address, token=token, stream=stream, subprotocols=subprotocols) as socket:
            return await socket.refusal()
