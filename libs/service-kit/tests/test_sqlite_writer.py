"""The single writer: what shares a commit, what fails alone, and what the writer survives."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from service_kit import sqlite_writer
from service_kit.database import create_database_engine
from service_kit.errors import DatabaseUnavailable
from service_kit.sqlite_writer import SqliteWriter
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

metadata = MetaData()
notes = Table("notes", metadata, Column("id", Integer, primary_key=True), Column("body", String))

TIME_LIMIT_SECONDS = 20
Work = Callable[[Session], Any]


def add(note_id: int, body: str = "") -> Work:
    """Writes one note and answers its id."""

    def work(session: Session) -> int:
        session.execute(insert(notes).values(id=note_id, body=body))
        return note_id

    return work


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = create_database_engine(f"sqlite:///{tmp_path}/notes.db")
    metadata.create_all(engine)
    return engine


@pytest.fixture
def writer(engine: Engine) -> Iterator[SqliteWriter]:
    writer = SqliteWriter(engine)
    yield writer
    writer.close()


@contextmanager
def one_batch(writer: SqliteWriter) -> Iterator[None]:
    """Holds the writer, so that all that is submitted in here waits and is taken together."""
    is_held, release = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        is_held.set()
        release.wait(TIME_LIMIT_SECONDS)

    held = writer.submit(hold)
    assert is_held.wait(TIME_LIMIT_SECONDS)
    try:
        yield
    finally:
        release.set()
        held.exception(TIME_LIMIT_SECONDS)


def failure(future: "Future[Any]") -> BaseException | None:
    return future.exception(TIME_LIMIT_SECONDS)


def stored(writer: SqliteWriter) -> set[int]:
    ids: set[int] = writer.submit(lambda session: set(session.scalars(select(notes.c.id)))).result(TIME_LIMIT_SECONDS)
    return ids


class TestGroupCommit:
    def test_what_waits_shares_one_commit(self, writer: SqliteWriter, engine: Engine) -> None:
        commits = 0

        def count(_connection: object) -> None:
            nonlocal commits
            commits += 1

        with one_batch(writer):
            futures = [writer.submit(add(number)) for number in range(50)]
            event.listen(engine, "commit", count)
        assert [future.result(TIME_LIMIT_SECONDS) for future in futures] == list(range(50))
        assert commits <= 2  # the one that held the writer, and the batch
        assert stored(writer) == set(range(50))

    def test_a_unit_that_fails_does_not_fail_its_neighbours(self, writer: SqliteWriter) -> None:
        def crash(session: Session) -> None:
            add(99)(session)
            raise LookupError("its own affair")

        with one_batch(writer):
            first, crashing, last = (writer.submit(work) for work in (add(1), crash, add(2)))
        assert isinstance(failure(crashing), LookupError)
        assert (failure(first), failure(last)) == (None, None)
        assert stored(writer) == {1, 2}

    def test_a_violated_constraint_does_not_fail_its_neighbours(self, writer: SqliteWriter) -> None:
        with one_batch(writer):
            first, twice, last = (writer.submit(add(note_id)) for note_id in (1, 1, 2))
        assert isinstance(failure(twice), IntegrityError)
        assert (failure(first), failure(last)) == (None, None)
        assert stored(writer) == {1, 2}

    def test_a_commit_that_fails_fails_all_of_its_batch(self, writer: SqliteWriter, engine: Engine) -> None:
        def fail(_connection: object) -> None:
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

        with one_batch(writer):
            futures = [writer.submit(add(number)) for number in range(5)]
            event.listen(engine, "commit", fail)
        assert all(isinstance(failure(future), OperationalError) for future in futures)
        event.remove(engine, "commit", fail)
        assert stored(writer) == set()

    def test_nobody_is_answered_before_the_commit(self, writer: SqliteWriter, engine: Engine) -> None:
        answered_early: list[bool] = []
        with one_batch(writer):
            futures = [writer.submit(add(number)) for number in range(5)]
            event.listen(engine, "commit", lambda _: answered_early.extend(future.done() for future in futures))
        wait_for(futures, TIME_LIMIT_SECONDS)
        assert answered_early
        assert not any(answered_early)

    def test_a_cancelled_unit_is_not_run(self, writer: SqliteWriter) -> None:
        with one_batch(writer):
            cancelled, kept = writer.submit(add(1)), writer.submit(add(2))
            assert cancelled.cancel()
        assert failure(kept) is None
        assert stored(writer) == {2}


class TestSurvival:
    def test_a_full_disk_fails_what_needed_room_and_nothing_else_is_claimed(self, writer: SqliteWriter) -> None:
        set_room(writer, pages=20)
        with one_batch(writer):
            futures = [writer.submit(work) for work in (add(1), add(2, "x" * 200_000), add(3))]
        failures = [failure(future) for future in futures]
        assert isinstance(failures[1], DBAPIError)
        set_room(writer, pages=100_000)
        claimed = {number for number, error in enumerate(failures, start=1) if error is None}
        assert stored(writer) == claimed
        assert writer.submit(add(4)).result(TIME_LIMIT_SECONDS) == 4
        assert stored(writer) == claimed | {4}

    def test_a_unit_that_hides_a_full_disk_is_not_answered_as_stored(self, writer: SqliteWriter) -> None:
        def hide(session: Session) -> str:
            try:
                add(2, "x" * 200_000)(session)
            except DBAPIError:
                return "all is well"
            return "there was room"

        set_room(writer, pages=20)
        with one_batch(writer):
            neighbour, hiding = writer.submit(add(1)), writer.submit(hide)
        outcomes = [failure(neighbour), failure(hiding)]
        set_room(writer, pages=100_000)
        assert stored(writer) == ({1} if outcomes[0] is None else set())

    def test_a_unit_that_asks_to_exit_does_not_end_the_writer(self, writer: SqliteWriter) -> None:
        # The thread ended, and every later write waited for ever.
        def leave(_session: Session) -> None:
            raise SystemExit

        assert isinstance(failure(writer.submit(leave)), SystemExit)
        assert writer.submit(add(1)).result(TIME_LIMIT_SECONDS) == 1

    def test_a_missing_table_fails_alone(self, writer: SqliteWriter) -> None:
        with one_batch(writer):
            lost = writer.submit(lambda session: session.execute(text("INSERT INTO nowhere VALUES (1)")))
            kept = writer.submit(add(1))
        assert isinstance(failure(lost), OperationalError)
        assert failure(kept) is None


class TestClose:
    def test_it_finishes_what_was_submitted(self, engine: Engine) -> None:
        writer = SqliteWriter(engine)
        futures = [writer.submit(add(number)) for number in range(300)]
        writer.close()
        assert all(future.done() and future.exception() is None for future in futures)

    def test_later_units_are_refused(self, engine: Engine) -> None:
        writer = SqliteWriter(engine)
        writer.close()
        with pytest.raises(DatabaseUnavailable):
            writer.submit(add(1))

    def test_whatever_is_submitted_meanwhile_is_answered_or_refused(self, tmp_path: Path) -> None:
        # A unit that came between the last look and the end was never answered: its caller waited for ever.
        for attempt in range(20):
            engine = create_database_engine(f"sqlite:///{tmp_path}/{attempt}.db")
            writer = SqliteWriter(engine)
            futures = submit_until_refused(writer)
            _, waiting = wait_for(futures, timeout=TIME_LIMIT_SECONDS)
            assert not waiting

    def test_a_full_queue_refuses_at_once(self, writer: SqliteWriter) -> None:
        with one_batch(writer):
            waiting = [writer.submit(add(number)) for number in range(sqlite_writer.LONGEST_QUEUE)]
            with pytest.raises(DatabaseUnavailable):
                writer.submit(add(-1))
            for future in waiting:
                future.cancel()


def set_room(writer: SqliteWriter, pages: int) -> None:
    """Makes the disk as small or large as this: a page more is «database or disk is full»."""
    writer.submit(lambda session: session.execute(text(f"PRAGMA max_page_count = {pages}")).all()).result(5)


def submit_until_refused(writer: SqliteWriter) -> list["Future[Any]"]:
    """Submits from this thread while another closes."""
    futures: list[Future[Any]] = []
    closing = threading.Thread(target=writer.close)
    closing.start()
    try:
        while True:
            futures.append(writer.submit(lambda session: None))
    except DatabaseUnavailable:
        closing.join(TIME_LIMIT_SECONDS)
        return futures
