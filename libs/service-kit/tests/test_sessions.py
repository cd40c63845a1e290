"""What SessionChecker remembers, how often it asks, and what it does while auth-service is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from prometheus_client import CollectorRegistry
from service_kit.credentials import Credential
from service_kit.errors import ApiKeyRefused, CredentialsRefused, IdentityUnavailable
from service_kit.introspection import IntrospectionClient
from service_kit.sessions import OutageMode, SessionChecker
from service_kit.tokens import Principal, TokenCodec

CODEC = TokenCodec("a-secret-of-the-tests-with-enough-bytes")


def session_of(session_id: str = "s1", jti: str = "t1", user_id: str = "u1") -> Credential:
    claims = Principal("ada", user_id, ("user",), session_id, jti, 1, 2_000_000_000)
    return Credential(f"{session_id} {jti}", (session_id, user_id), jti, claims)


def api_key(name: str = "k1") -> Credential:
    return Credential(f"key {name}", ("api-key", f"hash of {name}"), "", None)


class AuthService:
    """A stand-in that answers over HTTP; tokens are `<session id> <token id>`, API keys `key <key id>`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ended: set[str] = set()
        self.ended_tokens: set[str] = set()
        self.roles = ["user"]
        self.key_expires_at: int | None = None
        self.answer: httpx.Response | Exception | None = None
        self.gate: asyncio.Event | None = None
        self.was_asked = asyncio.Event()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.path) == ("POST", "/auth/introspect")
        service = CODEC.verify(request.headers["Authorization"].removeprefix("Bearer "), "service")
        assert service.username == "chat-service"
        [token] = parse_qs(request.content.decode())["token"]
        self.asked.append(token)
        self.was_asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or httpx.Response(200, json=self._said(token))

    def _said(self, token: str) -> dict[str, Any]:
        session_id, _, token_id = token.partition(" ")
        if session_id in self.ended or token_id in self.ended_tokens:
            return {"active": False}
        said = {"active": True, "user_id": "u1", "username": "ada", "roles": self.roles, "iat": 1, "more": 1}
        if session_id == "key":
            return said | {"client_id": token_id, "scope": "chat other", "exp": self.key_expires_at}
        return said | {"sid": session_id, "exp": 1}


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Checking:
    """A checker with its surroundings."""

    def __init__(self, mode: OutageMode = "accept_recent", capacity: int = 10) -> None:
        self.auth, self.clock, self.registry = AuthService(), Clock(), CollectorRegistry()
        client = IntrospectionClient("http://auth", "chat-service", CODEC, httpx.MockTransport(self.auth))
        self.checker = SessionChecker(client, mode, self.registry, capacity=capacity, now=self.clock)

    async def check(self, credential: Credential | None = None) -> Principal:
        return await self.checker.check(credential or session_of())

    async def outcome(self, credential: Credential | None = None) -> str:
        """`active`, `ended` or `unknown`."""
        try:
            await self.check(credential)
        except CredentialsRefused:
            return "ended"
        except IdentityUnavailable as error:
            return "unknown" if "Retry-After" in error.headers else "unknown for ever"
        return "active"

    def figure(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(f"session_{name}_total", labels) or 0.0


@pytest.fixture
async def chat() -> AsyncIterator[Checking]:
    checking = Checking()
    yield checking
    await checking.checker.close()


@pytest.fixture
async def analytics() -> AsyncIterator[Checking]:
    checking = Checking("refuse")
    yield checking
    await checking.checker.close()


DOWN = httpx.ConnectError("refused")


class TestAsking:
    async def test_answers_with_the_roles_of_now(self, chat: Checking) -> None:
        chat.auth.roles = ["admin", "user"]
        checked = await chat.check()
        assert (checked.username, checked.user_id, checked.roles) == ("ada", "u1", ("admin", "user"))
        assert (checked.token_id, checked.expires_at) == ("t1", 2_000_000_000)

    async def test_happens_once_in_five_seconds(self, chat: Checking) -> None:
        for _ in range(20):
            assert await chat.outcome() == "active"
            chat.clock.now += 0.25
        assert len(chat.auth.asked) == 1
        assert await chat.outcome() == "active"
        assert len(chat.auth.asked) == 2

    async def test_happens_once_for_many_at_the_same_time(self, chat: Checking) -> None:
        chat.auth.gate = asyncio.Event()
        checks = [asyncio.create_task(chat.outcome()) for _ in range(50)]
        await chat.auth.was_asked.wait()
        chat.auth.gate.set()
        assert await asyncio.gather(*checks) == ["active"] * 50
        assert chat.auth.asked == ["s1 t1"]

    async def test_goes_on_when_the_first_who_asked_leaves(self, chat: Checking) -> None:
        chat.auth.gate = asyncio.Event()
        first, second = asyncio.create_task(chat.outcome()), asyncio.create_task(chat.outcome())
        await chat.auth.was_asked.wait()
        first.cancel()
        chat.auth.gate.set()
        assert await second == "active"
        assert len(chat.auth.asked) == 1

    async def test_is_for_each_session_apart(self, chat: Checking) -> None:
        chat.auth.ended.add("s2")
        assert [await chat.outcome(session_of(name)) for name in ("s1", "s2", "s3")] == ["active", "ended", "active"]

    @pytest.mark.parametrize("other", [session_of(user_id="u2"), session_of("s1x")])
    async def test_an_answer_about_somebody_else_is_no_yes(self, chat: Checking, other: Credential) -> None:
        assert await chat.outcome() == "active"
        with pytest.raises(CredentialsRefused):
            await chat.checker.check(replace(other, text="s1 t1"))


class TestEnded:
    async def test_shows_within_five_seconds(self, chat: Checking) -> None:
        assert await chat.outcome() == "active"
        chat.auth.ended.add("s1")
        chat.clock.now += 4.9
        assert await chat.outcome() == "active"
        chat.clock.now += 0.2
        assert await chat.outcome() == "ended"

    async def test_is_remembered_for_five_seconds_too(self, chat: Checking) -> None:
        chat.auth.ended.add("s1")
        assert [await chat.outcome() for _ in range(5)] == ["ended"] * 5
        assert len(chat.auth.asked) == 1
        chat.auth.ended.clear()
        chat.clock.now += 5
        assert await chat.outcome() == "active"

    async def test_of_one_token_says_nothing_of_another_of_the_session(self, chat: Checking) -> None:
        """A token that ended while it was asked about kept a person out for five seconds with their next one."""
        chat.auth.ended_tokens.add("t1")
        assert await chat.outcome() == "ended"
        assert await chat.outcome(session_of(jti="t2")) == "active"

    async def test_of_one_token_asked_at_the_same_time_neither(self, chat: Checking) -> None:
        chat.auth.ended_tokens.add("t1")
        chat.auth.gate = asyncio.Event()
        checks = [asyncio.create_task(chat.outcome(session_of(jti=name))) for name in ("t1", "t2")]
        await chat.auth.was_asked.wait()
        chat.auth.gate.set()
        assert await asyncio.gather(*checks) == ["ended", "active"]

    async def test_is_told_from_memory(self, chat: Checking) -> None:
        assert chat.checker.is_due(session_of())
        assert not chat.checker.has_ended(session_of())
        chat.auth.ended.add("s1")
        await chat.outcome()
        assert not chat.checker.is_due(session_of())
        assert chat.checker.has_ended(session_of())


class TestOutage:
    @pytest.mark.parametrize(
        "answer",
        [
            DOWN,
            httpx.ReadTimeout("slow"),
            httpx.RemoteProtocolError("cut"),
            httpx.Response(500),
            httpx.Response(503),
            httpx.Response(401),
            httpx.Response(404),
            httpx.Response(200, text="<html>"),
            httpx.Response(200, json={"aktiv": True}),
            httpx.Response(200, json={"active": "yes"}),
            httpx.Response(200, json=[]),
        ],
        ids=lambda answer: type(answer).__name__,
    )
    async def test_lets_known_sessions_go_on_in_chat_alone(
        self, chat: Checking, analytics: Checking, answer: httpx.Response | Exception
    ) -> None:
        for checking, expected in ((chat, "active"), (analytics, "unknown")):
            assert await checking.outcome() == "active"
            checking.auth.answer = answer
            checking.clock.now += 5
            assert await checking.outcome() == expected
            assert await checking.outcome(session_of("never-seen")) == "unknown"

    async def test_ends_the_grace_after_ten_minutes(self, chat: Checking) -> None:
        await chat.check()
        chat.auth.answer = DOWN
        chat.clock.now += 599
        assert await chat.outcome() == "active"
        chat.clock.now += 2
        assert await chat.outcome() == "unknown"

    async def test_gives_no_grace_to_a_session_that_was_seen_to_end(self, chat: Checking) -> None:
        await chat.check()
        chat.auth.ended.add("s1")
        chat.clock.now += 5
        assert await chat.outcome() == "ended"
        chat.auth.answer = DOWN
        chat.clock.now += 5
        assert await chat.outcome() == "unknown"

    async def test_keeps_the_roles_of_the_last_answer(self, chat: Checking) -> None:
        chat.auth.roles = ["manager"]
        await chat.check()
        chat.auth.answer = DOWN
        chat.clock.now += 60
        assert (await chat.check()).roles == ("manager",)

    async def test_is_asked_about_once_a_second_whatever_the_load(self, chat: Checking) -> None:
        await chat.check()
        chat.auth.answer = DOWN
        chat.clock.now += 60
        chat.auth.asked.clear()
        for number in range(100):
            await chat.outcome(session_of(f"session-{number % 7}"))
            chat.clock.now += 0.1
        assert len(chat.auth.asked) <= 11

    async def test_keeps_nobody_waiting_who_is_known(self, chat: Checking) -> None:
        await chat.check()
        chat.auth.answer = DOWN
        chat.clock.now += 60
        await chat.outcome()
        chat.auth.gate = asyncio.Event()  # from now on it does not even refuse
        for _ in range(5):
            chat.clock.now += 2
            assert await chat.outcome() == "active"
        chat.auth.gate.set()

    @pytest.mark.parametrize("mode", ["accept_recent", "refuse"])
    async def test_is_over_within_five_seconds_of_the_return(self, mode: OutageMode) -> None:
        checking = Checking(mode)
        checking.auth.answer = DOWN
        assert await checking.outcome() == "unknown"
        checking.auth.answer = None
        checking.clock.now += 1.1
        assert await checking.outcome() == "active"
        assert await checking.outcome(session_of("s2")) == "active"
        await checking.checker.close()


class TestApiKey:
    async def test_stands_for_its_owner_within_its_scopes(self, chat: Checking) -> None:
        chat.auth.roles = ["manager", "user"]
        checked = await chat.check(api_key())
        assert (checked.username, checked.user_id, checked.roles) == ("ada", "u1", ("manager", "user"))
        assert (checked.session_id, checked.token_id) == ("", "k1")
        assert (checked.has_scope("chat"), checked.has_scope("other")) == (True, True)
        assert (checked.has_scope("analytics:read"), checked.has_scope("")) == (False, False)
        assert checked.expires_at > 200_000_000_000, "it has no end"

    async def test_is_asked_about_once_in_five_seconds_and_apart_from_others(self, chat: Checking) -> None:
        for _ in range(19):
            for name in ("k1", "k2"):
                assert await chat.outcome(api_key(name)) == "active"
            chat.clock.now += 0.25
        assert chat.auth.asked == ["key k1", "key k2"]

    async def test_that_is_unknown_is_remembered_as_refused(self, chat: Checking) -> None:
        chat.auth.ended_tokens.add("k1")
        for _ in range(20):
            with pytest.raises(ApiKeyRefused):
                await chat.check(api_key())
        assert chat.auth.asked == ["key k1"]
        assert chat.checker.has_ended(api_key())
        chat.clock.now += 5
        assert chat.checker.is_due(api_key())

    async def test_that_was_deleted_is_refused_within_five_seconds(self, chat: Checking) -> None:
        assert await chat.outcome(api_key()) == "active"
        chat.auth.ended_tokens.add("k1")
        chat.clock.now += 5
        assert await chat.outcome(api_key()) == "ended"

    async def test_is_refused_at_its_end_whatever_is_remembered(self, chat: Checking) -> None:
        chat.auth.key_expires_at = int(time.time()) + 3_600
        assert (await chat.check(api_key())).expires_at == chat.auth.key_expires_at
        chat.auth.key_expires_at = 1
        chat.clock.now += 5
        assert await chat.outcome(api_key()) == "ended"
        chat.auth.answer = DOWN
        chat.clock.now += 5
        assert await chat.outcome(api_key()) == "ended"

    async def test_goes_on_through_an_outage_in_chat_alone(self, chat: Checking, analytics: Checking) -> None:
        for checking, expected in ((chat, "active"), (analytics, "unknown")):
            assert await checking.outcome(api_key()) == "active"
            checking.auth.answer = DOWN
            checking.clock.now += 599
            assert await checking.outcome(api_key()) == expected
            assert await checking.outcome(api_key("never-seen")) == "unknown"
        assert (await chat.check(api_key())).scopes == frozenset({"chat", "other"})
        chat.clock.now += 2
        assert await chat.outcome(api_key()) == "unknown"

    @pytest.mark.parametrize("said", [{}, {"client_id": "k1"}, {"user_id": "u1"}, {"user_id": "u1", "sid": "s1"}])
    async def test_an_answer_that_is_about_none_is_no_yes(self, chat: Checking, said: dict[str, str]) -> None:
        chat.auth.answer = httpx.Response(200, json={"active": True, **said})
        assert await chat.outcome(api_key()) == "ended"

    async def test_is_kept_as_its_hash_alone(self, chat: Checking) -> None:
        await chat.check(api_key())
        assert "hash of k1" in str(vars(chat.checker))
        assert "key k1" not in str(vars(chat.checker))


class TestMemory:
    async def test_is_bounded_and_forgets_what_was_asked_longest_ago(self, chat: Checking) -> None:
        for number in range(30):
            await chat.check(session_of(f"s{number}"))
        assert len(chat.checker) == 10
        chat.auth.asked.clear()
        await chat.check(session_of("s29"))
        await chat.check(session_of("s0"))
        assert chat.auth.asked == ["s0 t1"]


class TestFigures:
    async def test_count_questions_hits_and_acceptances(self, chat: Checking) -> None:
        await chat.check()
        await chat.check()
        chat.auth.ended.add("s2")
        await chat.outcome(session_of("s2"))
        chat.auth.answer = DOWN
        chat.clock.now += 5
        await chat.check()
        assert chat.figure("introspections", outcome="active") == 1
        assert chat.figure("introspections", outcome="inactive") == 1
        assert chat.figure("introspections", outcome="failed") == 1
        assert chat.figure("cache_hits") == 1
        assert chat.figure("outage_acceptances") == 1
