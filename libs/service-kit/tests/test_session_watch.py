"""Sockets and streams end with their session, wherever they wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from service_kit import session_watch
from service_kit.errors import CredentialsRefused, IdentityUnavailable, ServiceError
from service_kit.session_watch import OpenUse, SessionWatch
from service_kit.tokens import Principal


def principal_of(session_id: str, expires_at: int = 2_000_000_000) -> Principal:
    return Principal("ada", "u1", ("user",), session_id, "t1", 1, expires_at)


class Sessions:
    """A SessionCheck whose answers the test decides."""

    def __init__(self) -> None:
        self.errors: dict[str, ServiceError] = {}
        self.remembered: set[str] = set()
        self.checked: list[tuple[str, str]] = []
        self.crashes = False
        self.was_checked = asyncio.Event()

    async def check(self, token: str, principal: Principal) -> Principal:
        self.checked.append((token, principal.session_id))
        self.was_checked.set()
        await asyncio.sleep(0)
        if error := self.errors.get(principal.session_id):
            raise error
        return principal

    def is_due(self, principal: Principal) -> bool:
        if self.crashes:
            self.crashes = False
            raise RuntimeError("a fault of ours")
        return principal.session_id not in self.remembered

    def has_ended(self, principal: Principal) -> bool:
        return principal.session_id in self.errors

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
                open_.enter_context(watch.open(f"token-{number}", principal_of("s1", expires_at=100 + number % 4)))
            open_.enter_context(watch.open("other", principal_of("s2")))
            await watch.look()
        assert sorted(sessions.checked) == [("other", "s2"), ("token-3", "s1")]

    async def test_does_not_ask_about_what_is_remembered(self, sessions: Sessions, watch: SessionWatch) -> None:
        sessions.remembered.add("s1")
        with watch.open("token", principal_of("s1")):
            await watch.look()
        assert sessions.checked == []

    async def test_does_not_ask_once_the_last_use_is_closed(self, sessions: Sessions, watch: SessionWatch) -> None:
        with watch.open("token", principal_of("s1")), watch.open("token", principal_of("s1")):
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
            uses = [open_.enter_context(watch.open("t", principal_of(name))) for name in ("s1", "s1", "s2")]
            waiting = [asyncio.create_task(wait_in(use)) for use in uses]
            await asyncio.sleep(0)
            await watch.look()
            for task in waiting[:2]:
                with pytest.raises(CredentialsRefused):
                    await task
            assert not waiting[2].done()
            waiting[2].cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def test_tells_why(self, sessions: Sessions, watch: SessionWatch) -> None:
        sessions.errors["s1"] = IdentityUnavailable()
        with watch.open("t", principal_of("s1")) as use:
            await watch.look()
            with pytest.raises(IdentityUnavailable):
                await wait_in(use)


class TestLimit:
    async def test_ends_what_begins_to_wait_afterwards(self) -> None:
        use = OpenUse("t", principal_of("s1"))
        use.end(CredentialsRefused())
        with pytest.raises(CredentialsRefused):
            await wait_in(use)

    async def test_the_first_reason_counts(self) -> None:
        use = OpenUse("t", principal_of("s1"))
        waiting = asyncio.create_task(wait_in(use))
        await asyncio.sleep(0)
        use.end(CredentialsRefused())
        use.end(IdentityUnavailable())
        with pytest.raises(CredentialsRefused):
            await waiting

    async def test_leaves_other_time_limits_alone(self) -> None:
        use = OpenUse("t", principal_of("s1"))
        with pytest.raises(TimeoutError):
            async with use.limit(), asyncio.timeout(0):
                await asyncio.Event().wait()

    async def test_leaves_a_cancellation_one(self) -> None:
        waiting = asyncio.create_task(wait_in(OpenUse("t", principal_of("s1"))))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async def test_can_be_entered_again_and_again(self) -> None:
        use = OpenUse("t", principal_of("s1"))
        for _ in range(3):
            async with use.limit():
                await asyncio.sleep(0)


class TestTask:
    async def test_looks_again_and_again_and_outlives_a_fault(self, sessions: Sessions, watch: SessionWatch) -> None:
        sessions.crashes = True
        watch.start()
        with watch.open("t", principal_of("s1")) as use:
            async with asyncio.timeout(10):
                await sessions.was_checked.wait()
            sessions.errors["s1"] = CredentialsRefused()
            with pytest.raises(CredentialsRefused):
                await wait_in(use)

    async def test_stops_and_leaves_open_what_is_open(self, sessions: Sessions, watch: SessionWatch) -> None:
        watch.start()
        with watch.open("t", principal_of("s1")) as use:
            await watch.stop()
            sessions.errors["s1"] = CredentialsRefused()
            async with use.limit():
                await asyncio.sleep(0)
