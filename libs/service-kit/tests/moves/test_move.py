"""What is carried, what happens when a move is interrupted, and what the comparison sees."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from service_kit.moves import rows as moved_rows
from service_kit.moves.move import Move
from service_kit.moves.refusals import MoveRefused
from service_kit.moves.tables import MovedTables
from sqlalchemy.engine import make_url
from support.databases import change, rows_of

from .conftest import fill, note, notes, owners


def equal(move: Move, *, is_begun_anew: bool = False) -> bool:
    return all(table.is_equal for table in move.run(is_begun_anew=is_begun_anew))


class Interrupted(Exception):
    """Stands for a kill."""


class TestMove:
    def test_carries_every_type_and_odd_texts(self, move: Move, target: str) -> None:
        assert [(table.table, table.source.rows, table.is_equal) for table in move.run()] == [
            ("owners", 1, True),
            ("sums", 40, True),
            ("notes", 40, True),
        ]
        # Read past the code that has just compared: the odd ones, as PostgreSQL itself says.
        assert rows_of(target, "SELECT title FROM notes WHERE number IN (1, 2, 3) ORDER BY number") == [
            ("\\N",),
            ("\\.",),
            ("a\tb\nc\r\nd\\",),
        ]
        found = "SELECT extract(microseconds FROM at), is_read, amount, encode(picture, 'hex') FROM notes"
        picture = bytes(range(256)).hex() + "04"
        assert rows_of(target, f"{found} WHERE number = 4") == [(5, True, -(2**63) + 4, picture)]
        assert rows_of(target, "SELECT count(*) FROM notes WHERE answer IS NULL") == [(20,)]

    def test_leaves_nothing_of_its_own_and_the_source_as_it_was(self, move: Move, source: str, target: str) -> None:
        file = Path(make_url(source).database or "")
        before = hashlib.sha256(file.read_bytes()).hexdigest()
        assert equal(move)
        assert hashlib.sha256(file.read_bytes()).hexdigest() == before
        tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        assert sorted(rows_of(target, tables)) == [("alembic_version",), ("notes",), ("owners",), ("sums",)]

    def test_numbers_go_on_behind_the_highest(self, move: Move, target: str) -> None:
        assert equal(move)
        change(target, "INSERT INTO notes (title, is_read, tags, at) VALUES ('new', true, '[]', now())")
        assert rows_of(target, "SELECT number FROM notes WHERE title = 'new'") == [(41,)]

    def test_goes_back_with_what_was_written_since(
        self, move: Move, target: str, tables: MovedTables, tmp_path: Path
    ) -> None:
        assert equal(move)
        fill(target, notes, note(99, title="since"))
        back = f"sqlite:///{(tmp_path / 'back.db').as_posix()}"
        assert equal(Move(tables, target, back, print))
        assert rows_of(back, "SELECT count(*) FROM notes WHERE title = 'since'") == [(1,)]
        assert rows_of(back, "SELECT count(*) FROM notes") == [(41,)]


class TestInterruptedMove:
    @pytest.mark.parametrize("rows_at_once", [7, 2_000])
    def test_goes_on_wherever_it_stopped(
        self, move: Move, monkeypatch: pytest.MonkeyPatch, rows_at_once: int, said: list[str]
    ) -> None:
        """Stopped before every batch in turn, and before and after every other step."""
        monkeypatch.setattr(moved_rows, "ROWS_AT_ONCE", rows_at_once)
        monkeypatch.setattr("service_kit.moves.move.SECONDS_BETWEEN_LINES", -1.0)  # a line for every batch
        stops = 0

        def stop(line: str) -> None:
            if line not in said:
                said.append(line)
                raise Interrupted

        while "Comparing …" not in said:
            with pytest.raises(Interrupted):
                replace(move, say=stop).run()
            stops += 1
        assert stops > 3
        assert equal(move)

    def test_that_was_stopped_while_the_tables_were_made_makes_them(
        self, move: Move, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(*_: object) -> None:
            raise Interrupted

        with monkeypatch.context() as patched:
            patched.setattr("service_kit.moves.move.empty", stop)
            with pytest.raises(Interrupted):
                move.run()
        assert equal(move)  # the row that came with the migration is there once

    def test_does_not_hide_what_has_changed_meanwhile(self, move: Move, source: str, said: list[str]) -> None:
        def stop(line: str) -> None:
            if line.startswith("Comparing"):
                raise Interrupted

        with pytest.raises(Interrupted):
            replace(move, say=stop).run()
        change(source, "UPDATE notes SET title = 'changed' WHERE number = 1")
        assert [table.table for table in move.run() if not table.is_equal] == ["notes"]
        assert equal(move, is_begun_anew=True)

    def test_is_not_taken_for_that_of_another_source(self, move: Move, tables: MovedTables, tmp_path: Path) -> None:
        def stop(_: str) -> None:
            raise Interrupted

        with pytest.raises(Interrupted):
            replace(move, say=stop).run()
        other = tmp_path / "other.db"
        other.write_bytes((tmp_path / "notes.db").read_bytes())
        with pytest.raises(MoveRefused, match=r"holds a move from .*notes\.db that is not over"):
            replace(move, source_url=f"sqlite:///{other.as_posix()}").run()


class TestComparison:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE notes SET at = at + interval '1 microsecond' WHERE number = 7",
            "UPDATE notes SET body = body || ' ' WHERE number = 7",
            "UPDATE notes SET is_read = NOT is_read WHERE number = 7",
            "UPDATE notes SET weight = weight + 1e-9 WHERE number = 5",
            "UPDATE notes SET answer = NULL WHERE number = 7",
            "UPDATE notes SET body = '' WHERE number = 5",  # it was NULL
            "DELETE FROM notes WHERE number = 7",
            "UPDATE notes SET number = CASE number WHEN 7 THEN 8 ELSE 7 END WHERE number = 9",
        ],
    )
    def test_sees_one_altered_row(self, move: Move, target: str, statement: str) -> None:
        assert equal(move)
        assert all(table.is_equal for table in move.compare())
        change(target, "DELETE FROM notes WHERE number = 7" if "CASE" in statement else "SELECT 1")
        change(target, statement)
        assert [table.table for table in move.compare() if not table.is_equal] == ["notes"]

    def test_sees_two_equal_rows_more(self, move: Move, target: str) -> None:
        assert equal(move)
        fill(target, owners, {"name": "x"}, {"name": "y"})
        assert [table.table for table in move.compare() if not table.is_equal] == ["owners"]

    def test_does_not_mind_the_order_of_keys_in_json(self, move: Move, target: str) -> None:
        assert equal(move)
        change(target, """UPDATE notes SET answer = '{"b": 1, "a": 2}' WHERE number = 1""")
        change(move.source_url, """UPDATE notes SET answer = '{"a": 2, "b": 1}' WHERE number = 1""")
        assert all(table.is_equal for table in move.compare())
