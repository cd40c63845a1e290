"""Sockets and streams end with their session, wherever they wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from service_kit import session_watch
from service_kit.credentials import Credential
from service_kit.errors import ApiKeyRefused, CredentialsRefused, IdentityUnavailable, RoleRequired, ServiceError
from service_kit.session_watch import OpenUse, SessionWatch
from service_kit.tokens import Principal


def session_of(session_id: str, expires_at: int = 2_000_000_000, text: str = "token") -> Credential:
    claims = Principal("ada", "u1", ("user",), session_id, "t1", 1, expires_at)
    return Credential(text, (session_id, "u1"), "t1", claims)


KEY = Credential("key", ("api-key", "hash"), "", None)


class Sessions:
    """A SessionCheck whose answers the test decides."""

    def __init__(self) -> None:
        self.errors: dict[str, ServiceError] = {}
        self.remembered: set[str] = set()
        self.checked: list[tuple[str, str]] = []
        self.crashes = False
        self.was_checked = asyncio.Event()

    async def check(self, credential: Credential) -> Principal:
        self.checked.append((credential.text, credential.subject[0]))
        self.was_checked.set()
        await asyncio.sleep(0)
        if error := self.errors.get(credential.subject[0]):
            raise error
        return credential.claims or Principal("ada", "u1", ("user",), "", "k1", 1, 2_000_000_000, frozenset())

    def is_due(self, credential: Credential) -> bool:
        if self.crashes:
            self.crashes = False
            raise RuntimeError("a fault of ours")
        return credential.subject[0] not in self.remembered

    def has_ended(self, credential: Credential) -> bool:
        return credential.subject[0] in self.errors

    async def close(self) -> None:
        self.errors.clear()


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
async def watch(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SessionWatch]:
    monkeypatch.setattr(session_watch, "LOOK_SECONDS", 0.005)
    watch = SessionWatch(sessions)
    yield watch
    await watch.stop()


async def wait_in(use: OpenUse) -> None:
    async with use.limit():
        await asyncio.Event().wait()


class TestLook:
    async def test_asks_once_for_all_uses_of_a_session_with_the_token_that_lasts_longest(
        self, sessions: Sessions, watch: SessionWatch
    ) -> None:
        with ExitStack() as open_:
            for number in range(5):
                open_.enter_context(watch.open(session_of("s1", 100 + number % 4, f"token-{number}")))
            open_.enter_context(watch.open(session_of("s2", text="other")))
            await watch.look()
        assert sorted(sessions.checked) == [("other", "s2"), ("token-3", "s1")]

    async def test_does_not_ask_about_what_is_remembered(self, sessions: Sessions, watch: SessionWatch) -> None:
        sessions.remembered.add("s1")
        with watch.open(session_of("s1")):
            await watch.look()
        assert sessions.checked == []

    async def test_does_not_ask_once_the_last_use_is_closed(self, sessions: Sessions, watch: SessionWatch) -> None:
        with watch.open(session_of("s1")), watch.open(session_of("s1")):
            pass
        await watch.look()
        assert sessions.checked == []

    @pytest.mark.parametrize("is_remembered", [True, False])
    async def test_ends_every_use_of_an_ended_session_and_no_other(
        self, sessions: Sessions, watch: SessionWatch, is_remembered: bool
    ) -> None:
        sessions.errors["s1"] = CredentialsRefused()
        if is_remembered:
            sessions.remembered.add("s1")
        with ExitStack() as open_:
            uses = [open_.enter_context(watch.open(session_of(name))) for name in ("s1", "s1", "s2")]
            waiting = [asyncio.create_task(wait_in(use)) for use in uses]
            await asyncio.sleep(0)
            await watch.look()
            for task in waiting[:2]:
                with pytest.raises(CredentialsRefused):
                    await task
            assert not waiting[2].done()
            waiting[2].cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    @pytest.mark.parametrize("is_remembered", [True, False])
    async def test_ends_the_uses_of_an_api_key_in_its_own_words(
        self, sessions: Sessions, watch: SessionWatch, is_remembered: bool
    ) -> None:
        sessions.errors["api-key"] = ApiKeyRefused()
        if is_remembered:
            sessions.remembered.add("api-key")
        with watch.open(KEY) as use, watch.open(KEY):
            await watch.look()
            with pytest.raises(ApiKeyRefused):
                await wait_in(use)
        assert sessions.checked == ([] if is_remembered else [("key", "api-key")])

    async def test_tells_why(self, sessions: Sessions, watch: SessionWatch) -> None:
        sessions.errors["s1"] = IdentityUnavailable()
        with watch.open(session_of("s1")) as use:
            await watch.look()
            with pytest.raises(IdentityUnavailable):
                await wait_in(use)


class TestLimit:
    async def test_ends_what_begins_to_wait_afterwards(self) -> None:
        use = OpenUse(session_of("s1"))
        use.end(CredentialsRefused())
        with pytest.raises(CredentialsRefused):
            await wait_in(use)

    async def test_the_first_reason_counts(self) -> None:
        use = OpenUse(session_of("s1"))
        waiting = asyncio.create_task(wait_in(use))
        await asyncio.sleep(0)
        use.end(CredentialsRefused())
        use.end(IdentityUnavailable())
        with pytest.raises(CredentialsRefused):
            await waiting

    async def test_leaves_other_time_limits_alone(self) -> None:
        use = OpenUse(session_of("s1"))
        with pytest.raises(TimeoutError):
            async with use.limit(), asyncio.timeout(0):
                await asyncio.Event().wait()

    async def test_leaves_a_cancellation_one(self) -> None:
        waiting = asyncio.create_task(wait_in(OpenUse(session_of("s1"))))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async def test_can_be_entered_again_and_again(self) -> None:
        use = OpenUse(session_of("s1"))
        for _ in range(3):
            async with use.limit():
                await asyncio.sleep(0)


class TestTask:
    async def test_looks_again_and_again_and_outlives_a_fault(self, sessions: Sessions, watch: SessionWatch) -> None:
        sessions.crashes = True
        watch.start()
        with watch.open(session_of("s1")) as use:
            async with asyncio.timeout(10):
                await sessions.was_checked.wait()
            sessions.errors["s1"] = CredentialsRefused()
            with pytest.raises(CredentialsRefused):
                await wait_in(use)

    async def test_stops_and_leaves_open_what_is_open(self, sessions: Sessions, watch: SessionWatch) -> None:
        watch.start()
        with watch.open(session_of("s1")) as use:
            await watch.stop()
            sessions.errors["s1"] = CredentialsRefused()
            async with use.limit():
                await asyncio.sleep(0)


class TestRoles:
    async def test_a_use_ends_when_its_role_is_lost_though_requests_keep_the_answer_fresh(
        self, sessions: Sessions, watch: SessionWatch
    ) -> None:
        sessions.remembered.add("s1")  # as if a request had asked a moment ago, again and again
        with ExitStack() as stack:
            as_admin = stack.enter_context(watch.open(session_of("s1"), ("admin", "manager")))
            as_anybody = stack.enter_context(watch.open(session_of("s1")))
            await watch.look()
            with pytest.raises(RoleRequired):
                await wait_in(as_admin)
            as_anybody.end(IdentityUnavailable())  # it had not been ended before
            with pytest.raises(IdentityUnavailable):
                await wait_in(as_anybody)
