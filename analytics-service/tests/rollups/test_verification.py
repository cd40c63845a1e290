"""`verify-rollups` and the replay after a migration: what is kept is what the events make of it, or is made so."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic import command
from alembic.config import Config
from analytics import commands
from analytics.db.tables import figures, metadata, progress
from analytics.erasures.people import ErasedPeople
from analytics.main import create_app
from analytics.rollups import replay
from analytics.rollups.service import add_to_rollups
from analytics.rollups.verification import verify_rollups
from analytics.settings import SERVICE_FOLDER, AnalyticsSettings
from fastapi import FastAPI
from service_kit.database import Database, create_database_engine
from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    MessageCreated,
    MessageFeedback,
    TitleGenerated,
    UserLogin,
    UserRegistered,
)
from service_kit.migrations import upgrade_to_head
from sqlalchemy import select, text, update
from support.databases import new_database_url

Send = Callable[..., Awaitable[httpx.Response]]
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"


def history() -> list[AnyEvent]:
    """Two people on three days, an answer among it whose thumb is given the day after."""
    chat: dict[str, Any] = {"source": "chat-service", "user_id": "ada", "conversation_id": "c"}
    return [
        UserRegistered(source="auth-service", user_id="ada", occurred_at=DAY),
        UserLogin(source="auth-service", user_id="bob", occurred_at=DAY + timedelta(days=1)),
        ConversationCreated(**chat, occurred_at=DAY),
        MessageCreated(
            **chat,
            message_id="m",
            role="assistant",
            model="gpt-4",
            total_tokens=9,
            cost_nano_usd=5,
            response_time=1.5,
            occurred_at=DAY,
        ),
        TitleGenerated(**chat, model="gpt-4", provider="local", total_tokens=3, cost_nano_usd=2, occurred_at=DAY),
        MessageFeedback(**chat, message_id="m", message_at=DAY, rating="up", occurred_at=DAY + timedelta(days=1)),
        ApiRequest(
            source="chat-service",
            user_id="ada",
            endpoint="/models",
            method="GET",
            status_code=500,
            response_time=0.25,
            occurred_at=DAY + timedelta(days=2),
        ),
    ]


async def differences(app: FastAPI, *, is_repaired: bool = False) -> list[str]:
    database: Database = app.state.database
    found = await verify_rollups(database, await database.read(ErasedPeople(SECRET).everybody), is_repaired=is_repaired)
    return found.told


async def rows(database: Database) -> dict[str, list[Any]]:
    return await database.read(
        lambda session: {
            table.name: sorted(map(tuple, session.execute(select(table))), key=str)
            for table in metadata.sorted_tables
            if table.name != "events"
        }
    )


SPOILT = [
    "UPDATE figures SET answers = answers + 1 WHERE cut = 2",
    "DELETE FROM figures WHERE cut = 1 AND grain = 0",
    "UPDATE sketches SET buckets = (SELECT min(buckets) FROM sketches WHERE measure = 0) WHERE measure = 1",
    "DELETE FROM active_people WHERE grain = 1 AND user_id = 'bob'",
    "UPDATE active_counts SET people = people + 3 WHERE grain = 3",
    "UPDATE totals SET messages = 0, users = 7",
    "UPDATE cohorts SET people = 2",
    "UPDATE figures SET slot = slot - 1000 WHERE cut = 0",
]


class TestVerifyRollups:
    async def test_finds_nothing_where_nothing_is_wrong(self, send: Send, app: FastAPI) -> None:
        await send(*history())
        assert await differences(app) == []

    @pytest.mark.parametrize("statement", SPOILT)
    async def test_finds_what_is_wrong_and_puts_it_right(self, send: Send, app: FastAPI, statement: str) -> None:
        await send(*history())
        database: Database = app.state.database
        before = await rows(database)
        await database.write(lambda session: session.execute(text(statement)))
        assert await differences(app) != []
        assert await rows(database) != before, "comparing alone changes nothing"
        assert await differences(app, is_repaired=True) != []
        assert await rows(database) == before
        assert await differences(app) == []


class TestCommand:
    async def test_tells_and_ends_as_it_found(
        self,
        send: Send,
        app: FastAPI,
        settings: AnalyticsSettings,
    ) -> None:
        await send(*history())
        assert commands.report(await commands.recount(settings, is_repaired=False), is_repaired=False) == (
            "Counted 3 days anew: every figure is what its events make of it."
        )
        await app.state.database.write(lambda session: session.execute(update(figures).values(answers=7)))
        found = await commands.recount(settings, is_repaired=True)
        assert commands.report(found, is_repaired=True).endswith("They have been put right.")
        assert (await commands.recount(settings, is_repaired=False)).differences == 0

    def test_wrong_usage_is_told(self) -> None:
        with pytest.raises(SystemExit) as ended:
            commands.main(["verify-everything"])
        assert ended.value.code == 2

    def test_works_on_the_database_of_the_settings(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", new_database_url(tmp_path / "analytics.db"))
        assert commands.main(["verify-rollups"]) == 0
        assert "Counted 0 days anew" in capsys.readouterr().out


class TestReplay:
    @pytest.fixture
    def old_url(self, tmp_path: Path) -> str:
        """A database of the version before, with twenty sign-ins and their old sums."""
        url = new_database_url(tmp_path / "old.db")
        config = Config(SERVICE_FOLDER / "alembic.ini")
        config.attributes["database_url"] = url
        command.upgrade(config, "0002")
        engine = create_database_engine(url)
        sign_in = text(
            "INSERT INTO events (event_id, event_type, occurred_at, received_at, source, user_id)"
            " VALUES (:id, 'user_login', '2026-03-01 10:00:00', '2026-03-01 10:00:01', 'auth-service', :user_id)"
        )
        with engine.begin() as connection:
            connection.execute(sign_in, [{"id": f"e{number:02}", "user_id": f"u{number % 3}"} for number in range(20)])
            connection.execute(text("INSERT INTO totals VALUES ('all', 99, 99, 99, 99)"))
        engine.dispose()
        return url

    async def test_counts_what_was_stored_before_and_goes_on_where_it_was_broken_off(
        self, old_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        upgrade_to_head(SERVICE_FOLDER, old_url)
        monkeypatch.setattr(replay, "READ_AT_ONCE", 6)
        names, steps = ErasedPeople(SECRET).names_as_stored(), 0
        original = add_to_rollups

        def dies_in_the_third_step(*arguments: Any) -> None:
            nonlocal steps
            steps += 1
            original(*arguments)
            if steps == 3:
                raise SystemExit("killed")

        monkeypatch.setattr(replay, "add_to_rollups", dies_in_the_third_step)
        database = Database(old_url, threads=1, sqlite_synchronous="NORMAL")
        try:
            with pytest.raises(SystemExit):
                await replay.replay_events(database, names)
            position = await database.read(lambda session: session.scalars(select(progress.c.position)).one())
            assert position == "e11"
            await replay.replay_events(database, names)
            assert (await verify_rollups(database, frozenset(), is_repaired=False)).told == []
            sums = await database.read(
                lambda session: session.execute(select(figures.c.sign_ins).where(figures.c.cut == 0)).scalars().all()
            )
            assert sums == [20, 20]
        finally:
            await database.close()

    async def test_is_over_before_the_service_serves(self, old_url: str, settings: AnalyticsSettings) -> None:
        app = create_app(settings.model_copy(update={"database_url": old_url}))
        async with app.router.lifespan_context(app):
            left = await app.state.database.read(lambda session: session.execute(select(progress)).all())
            assert left == []
            assert (await verify_rollups(app.state.database, frozenset(), is_repaired=False)).told == []
