"""What a move refuses, in sentences, before it has written anything."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from service_kit.database import Database, create_database_engine
from service_kit.migrations import upgrade_to_head
from service_kit.moves import ends
from service_kit.moves.ends import named
from service_kit.moves.move import Move
from service_kit.moves.plan import plan_of
from service_kit.moves.refusals import DatabaseInUse, MoveRefused, refusal_of
from service_kit.moves.tables import MovedTables
from support.databases import change, rows_of
from support.postgres import PostgresServer
from support.processes import free_port

from .conftest import SECOND, fill, note, notes

TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


def is_untouched(target: str) -> bool:
    return rows_of(target, TABLES) == [(0,)]


class TestSource:
    async def test_that_a_service_runs_on_is_refused(self, move: Move, source: str, target: str) -> None:
        """An idle connection holds no lock that a plain BEGIN EXCLUSIVE would meet."""
        database = Database(source)
        await database.ping()
        try:
            with pytest.raises(DatabaseInUse, match=r"is in use\. Stop the service"):
                move.run()
            assert plan_of(move).is_source_in_use
        finally:
            await database.close()
        assert is_untouched(target)
        assert not plan_of(move).is_source_in_use

    def test_cannot_be_opened_by_a_service_meanwhile(self, move: Move, source: str) -> None:
        refused: list[str] = []

        def try_to_write(_: str) -> None:
            with (
                closing(sqlite3.connect(source.removeprefix("sqlite:///"), timeout=0)) as other,
                pytest.raises(sqlite3.OperationalError, match="locked"),
            ):
                other.execute("DELETE FROM notes")
            refused.append("locked")

        assert all(table.is_equal for table in replace(move, say=try_to_write).run())
        assert refused

    def test_of_an_older_version_is_refused(self, move: Move, tables: MovedTables, target: str) -> None:
        (tables.folder / "migrations" / "versions" / "0002_more.py").write_text(SECOND)
        with pytest.raises(MoveRefused, match=r"another version \(0001, this one has 0002\). Start notes-service"):
            move.run()
        assert is_untouched(target)

    def test_that_is_not_there_is_refused_and_not_made(self, move: Move, tmp_path: Path) -> None:
        with pytest.raises(MoveRefused, match="There is no database"):
            replace(move, source_url=f"sqlite:///{tmp_path}/absent.db").run()
        assert not (tmp_path / "absent.db").exists()

    def test_that_is_no_database_is_refused(self, move: Move, tmp_path: Path) -> None:
        (tmp_path / "text.db").write_text("This is a text of more than a hundred bytes. " * 30)
        with pytest.raises(MoveRefused, match="file is not a database"):
            replace(move, source_url=f"sqlite:///{tmp_path}/text.db").run()

    def test_that_is_the_target_is_refused(self, move: Move, source: str) -> None:
        with pytest.raises(MoveRefused, match="is the source already"):
            replace(move, target_url=source).run()


class TestTarget:
    def test_with_rows_of_others_is_refused_and_left_alone(self, move: Move, tables: MovedTables, target: str) -> None:
        upgrade_to_head(tables.folder, target)
        fill(target, notes, note(7, title="theirs"))
        for again in (False, True):
            with pytest.raises(MoveRefused, match="holds tables already, and no move that is under way"):
                move.run(is_begun_anew=again)
        assert rows_of(target, "SELECT title FROM notes") == [("theirs",)]

    def test_that_was_moved_to_before_is_refused(self, move: Move, target: str) -> None:
        move.run()
        with pytest.raises(MoveRefused, match="holds tables already"):
            move.run(is_begun_anew=True)
        assert rows_of(target, "SELECT count(*) FROM notes") == [(40,)]

    def test_that_others_use_is_refused(self, move: Move, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ends, "COMPANY_SECONDS", 0.3)
        engine = create_database_engine(target)
        with engine.connect(), pytest.raises(DatabaseInUse):
            move.run()
        engine.dispose()
        assert is_untouched(target)

    def test_that_does_not_answer_is_refused(self, move: Move) -> None:
        url = f"postgresql+psycopg://u:geheim@127.0.0.1:{free_port()}/x"
        with pytest.raises(MoveRefused, match="does not answer as it should: connection") as raised:
            replace(move, target_url=url).run()
        assert "geheim" not in str(raised.value)

    @pytest.mark.parametrize(
        "url",
        ["", "postgres", "mysql://u@h/d", "postgresql+asyncpg://u:geheim@h/d", "oracle://h", "sqlite:///relative.db"],
    )
    def test_of_another_kind_is_refused(self, move: Move, url: str) -> None:
        with pytest.raises(MoveRefused) as raised:
            replace(move, target_url=url).run()
        assert "geheim" not in str(raised.value)

    def test_where_its_user_may_make_nothing_is_refused(self, move: Move, server: PostgresServer, target: str) -> None:
        change(target, "CREATE ROLE guest LOGIN")
        with pytest.raises(MoveRefused, match="may not make tables there"):
            replace(move, target_url=target.replace("convoai@", "guest@")).run()
        change(target, "DROP ROLE guest")

    def test_in_another_encoding_is_refused(self, move: Move, target: str) -> None:
        engine = create_database_engine(target)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        engine.dispose()
        with pytest.raises(MoveRefused, match="encoding is LATIN1"):
            replace(move, target_url=target.rpartition("/")[0] + "/latin").run()

    def test_without_room_is_said_so(self) -> None:
        with closing(sqlite3.connect(":memory:")) as full:
            full.execute("PRAGMA max_page_count = 2")
            full.execute("CREATE TABLE t (x)")
            with pytest.raises(sqlite3.OperationalError) as raised:
                full.execute("INSERT INTO t VALUES (zeroblob(100000))")
        assert str(refusal_of(raised.value, "notes")).startswith("notes: the target has no room left. Make room.")


class TestRows:
    def test_with_a_nul_are_found_before_anything_is_written(self, move: Move, source: str, target: str) -> None:
        fill(source, notes, note(50, body="a\0b"), note(51, body="\0"))
        with pytest.raises(MoveRefused, match=r"notes\.body: 2 rows have the character NUL.*--replace-nul"):
            move.run()
        assert is_untouched(target)

    def test_with_a_nul_are_carried_with_a_character_in_its_place(self, move: Move, source: str, target: str) -> None:
        fill(source, notes, note(50, body="a\0b"))
        replacing = replace(move, is_nul_replaced=True)
        assert all(table.is_equal for table in replacing.run())
        assert all(table.is_equal for table in replacing.compare())
        assert [table.table for table in move.compare() if not table.is_equal] == ["notes"]
        assert rows_of(target, "SELECT body FROM notes WHERE number = 50") == [("a\ufffdb",)]
        assert rows_of(source, "SELECT hex(body) FROM notes WHERE number = 50") == [("610062",)]

    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("title", "x" * 21, "have more than 20 characters"),
            ("small", 32_768, "have a number beyond 32,767"),
            ("number", 2**31, "have a number beyond 2,147,483,647"),
        ],
    )
    def test_beyond_a_columns_limit_are_found_as_well(
        self, move: Move, source: str, target: str, column: str, value: object, words: str
    ) -> None:
        fill(source, notes, {**note(50), column: value})
        with pytest.raises(MoveRefused, match=rf"notes\.{column}: 1 rows {words}"):
            move.run()
        assert is_untouched(target)

    def test_that_postgresql_refuses_all_the_same_end_the_move_with_its_reason(self, move: Move, source: str) -> None:
        change(source, "PRAGMA foreign_keys = OFF; UPDATE notes SET owner = 'nobody' WHERE number = 1")
        with pytest.raises(MoveRefused, match=r"notes: a row cannot be carried: .*foreign key"):
            move.run()


class TestPlan:
    def test_counts_and_writes_nothing(self, move: Move, target: str) -> None:
        plan = plan_of(move)
        assert (plan.rows, plan.problems) == ({"owners": 1, "sums": 40, "notes": 40}, [])
        assert plan.size_bytes > 8_192
        assert is_untouched(target)

    def test_makes_no_file(self, move: Move, target: str, tmp_path: Path) -> None:
        move.run()
        back = replace(move, source_url=target, target_url=f"sqlite:///{tmp_path}/back.db")
        assert plan_of(back).rows["notes"] == 40
        assert not (tmp_path / "back.db").exists()

    def test_tells_every_obstacle_at_once(self, move: Move, source: str, tables: MovedTables, target: str) -> None:
        upgrade_to_head(tables.folder, target)
        fill(source, notes, note(50, body="\0"))
        problems = "\n".join(plan_of(move).problems)
        assert "NUL" in problems
        assert "holds tables already" in problems


class TestNames:
    def test_hold_no_password(self) -> None:
        assert named("postgresql+psycopg://u:geheim@h:1/d") == "postgresql+psycopg://u:***@h:1/d"
