"""The migrations make the tables that the code works with, keep what was stored, and take them away again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from chat_server.conversations.schemas import ConversationOut
from chat_server.db.base import Base
from chat_server.db.models import Conversation
from chat_server.search.service import SearchService
from chat_server.settings import SERVICE_FOLDER
from service_kit.database import create_database_engine
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

NOW = "2026-01-01 00:00:00.000000"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{(tmp_path / 'chat.db').as_posix()}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_database_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICE_FOLDER / "migrations"))
    config.attributes["database_url"] = url
    return config


def store_conversation(engine: Engine, name: str, messages: int) -> None:
    """A conversation as it was stored before there were branches."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO conversations (id, user_id, title, is_archived, message_count, created_at, updated_at,"
                " activity_at) VALUES (:id, 'ann', 'T', 0, :count, :now, :now, :now)"
            ),
            {"id": name, "count": messages, "now": NOW},
        )
        for position in range(1, messages + 1):
            connection.execute(
                text(
                    "INSERT INTO messages (id, conversation_id, position, role, content, status, seq, piece_lengths,"
                    " created_at) VALUES (:id, :conversation, :position, 'user', 'Hi', 'complete', 0, '', :now)"
                ),
                {"id": f"{name}-{position}", "conversation": name, "position": position, "now": NOW},
            )


def is_table_of_the_models(_thing: Any, name: str | None, kind: str, *_: Any) -> bool:
    """All but the full-text index, which is made of tables of FTS5."""
    return kind != "table" or not str(name).startswith(("search_words", "search_leftovers"))


class TestMigrations:
    def test_make_the_tables_of_the_models(self, engine: Engine, config: Config) -> None:
        command.upgrade(config, "head")
        assert Conversation.__tablename__ in Base.metadata.tables
        with engine.connect() as connection:
            opts = {"compare_type": True, "include_object": is_table_of_the_models}
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, Base.metadata) == []

    def test_the_way_back_leaves_nothing(self, engine: Engine, config: Config) -> None:
        command.upgrade(config, "head")
        command.downgrade(config, "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]


class TestBranches:
    def test_make_a_branch_of_what_was_a_list(self, engine: Engine, config: Config) -> None:
        command.upgrade(config, "0002")
        for name, messages in (("long", 4), ("short", 1), ("empty", 0)):
            store_conversation(engine, name, messages)
        command.upgrade(config, "head")
        with engine.connect() as connection:
            parents = {row.id: row.parent_id for row in connection.execute(text("SELECT id, parent_id FROM messages"))}
            leaves = {row.id: row.leaf_id for row in connection.execute(text("SELECT id, leaf_id FROM conversations"))}
        assert parents == {
            "long-1": None,
            "long-2": "long-1",
            "long-3": "long-2",
            "long-4": "long-3",
            "short-1": None,
        }
        assert leaves == {"long": "long-4", "short": "short-1", "empty": None}


class TestSearch:
    def test_finds_what_was_said_before(self, engine: Engine, config: Config) -> None:
        command.upgrade(config, "0003")
        store_conversation(engine, "old", 3)
        with engine.begin() as connection:
            connection.execute(text("UPDATE messages SET content = 'Zanzibar' WHERE position = 2"))
            connection.execute(text("UPDATE messages SET status = 'streaming' WHERE position = 3"))
        command.upgrade(config, "head")
        with Session(engine) as session:
            (found,), _ = SearchService(session).page("ann", "zanzibar", after=None, limit=5)
            assert found.message_id == "old-2"
            assert SearchService(session).page("bob", "zanzibar", after=None, limit=5) == ([], None)
        with engine.begin() as connection:
            assert connection.execute(text("SELECT message_id FROM search_entries")).scalars().all() == [
                "old-1",
                "old-2",
            ]
            connection.execute(text("DELETE FROM conversations"))
            assert connection.execute(text("SELECT count(*) FROM search_entries")).scalar_one() == 0


class TestLabels:
    def test_complete_the_answers_that_are_kept_for_a_resend(self, engine: Engine, config: Config) -> None:
        """Without that, creating a conversation again under its Idempotency-Key was a 500 for a day."""
        command.upgrade(config, "0004")
        kept = {
            "id": "c", "title": 'A "archived": title', "model": None, "system_prompt": None, "archived": True,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "last_message_at": None,
            "message_count": 0,
        }  # fmt: skip
        row = {"answer": json.dumps(kept, separators=(",", ":")), "now": NOW}
        insert = "INSERT INTO idempotency_keys VALUES ('conversations:ann', 'k', 'f', :answer, :now)"
        with engine.begin() as connection:
            connection.execute(text(insert), row)
        command.upgrade(config, "head")
        with engine.connect() as connection:
            answer = connection.execute(text("SELECT answer FROM idempotency_keys")).scalar_one()
        found = ConversationOut.model_validate_json(answer)
        assert (found.title, found.archived) == (kept["title"], True)
        assert (found.pinned, found.folder, found.tags) == (False, None, [])
        assert (found.temperature, found.persona_id, found.persona_name) == (None, None, None)
