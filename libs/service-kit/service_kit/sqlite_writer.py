"""The single writer of an SQLite file: takes what is waiting, commits it together, then answers each."""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service_kit.errors import DatabaseUnavailable

T = TypeVar("T")
Job = tuple[Callable[[Session], Any], "Future[Any]"]
QueuedJob = tuple[Callable[[Session], Any], "Future[Any]", float]  # with when it was submitted

LARGEST_BATCH = 128
LONGEST_QUEUE = 10_000  # at 2,000 writes a second that is five seconds; more waiting helps nobody


class SqliteWriter:
    """Owns the one writing connection. A unit that fails is rolled back alone; a commit that fails fails its batch."""

    def __init__(
        self,
        engine: Engine,
        session_info: Mapping[str, Any] | None = None,
        note_wait: Callable[[float], None] | None = None,
    ) -> None:
        """`note_wait` is told, in the writer's thread, how many seconds each unit has waited for its turn."""
        self._engine = engine
        self._note_wait = note_wait
        self._info = dict(session_info or {})
        self._jobs: queue.Queue[QueuedJob | None] = queue.Queue(LONGEST_QUEUE)
        self._is_closed = False
        self._closing = threading.Lock()  # nothing may be submitted behind the mark that ends the thread
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Session], T]) -> "Future[T]":
        """A future that holds the answer of `work` once it is on disk.

        Raises: DatabaseUnavailable when 10,000 writes are waiting or the writer is closed.
        """
        future: Future[T] = Future()
        with self._closing:
            if self._is_closed:
                raise DatabaseUnavailable()
            try:
                self._jobs.put_nowait((work, future, time.perf_counter()))
            except queue.Full as error:
                raise DatabaseUnavailable() from error
        return future

    def count_waiting(self) -> int:
        """How many units wait at this moment."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Finishes what was submitted, then ends the thread."""
        with self._closing:
            self._is_closed = True
        self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._next_batch()
            accepted = [job for job in batch if job[1].set_running_or_notify_cancel()]
            if len(accepted) == 1:
                self._commit_one(*accepted[0])
            elif accepted:
                self._commit(accepted)

    def _next_batch(self) -> tuple[list[Job], bool]:
        """Waits for one job and takes those behind it without waiting; False when the last one was reached."""
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(self._taken(*job))
            if len(batch) == LARGEST_BATCH:
                return batch, True
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _taken(self, work: Callable[[Session], Any], future: "Future[Any]", submitted_at: float) -> Job:
        if self._note_wait is not None:
            self._note_wait(time.perf_counter() - submitted_at)
        return work, future

    def _commit_one(self, work: Callable[[Session], Any], future: "Future[Any]") -> None:
        """Needs no savepoint: nobody shares its transaction."""
        try:
            with Session(self._engine, expire_on_commit=False, info=self._info) as session, session.begin():
                result = work(session)
        except BaseException as error:  # SystemExit too is for the caller: without the thread nobody is answered
            future.set_exception(error)
        else:
            future.set_result(result)

    def _commit(self, batch: list[Job]) -> None:
        written: list[tuple[Future[Any], Any]] = []
        try:
            with self._engine.connect() as connection, connection.begin():
                for work, future in batch:
                    self._run_one(connection, work, future, written)
        except Exception as error:  # nothing of the batch is on disk: each of its callers is told
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for future, result in written:
            future.set_result(result)

    def _run_one(
        self,
        connection: Connection,
        work: Callable[[Session], Any],
        future: "Future[Any]",
        written: list[tuple["Future[Any]", Any]],
    ) -> None:
        try:
            with (
                Session(
                    connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=self._info
                ) as session,
                session.begin(),
            ):
                result = work(session)
        except DBAPIError as error:
            # A full disk makes SQLite roll back the whole transaction: the rest must not run outside of one.
            if not _is_in_transaction(connection):
                raise
            future.set_exception(error)
        except BaseException as error:  # SystemExit too is for the caller: without the thread nobody is answered
            future.set_exception(error)
        else:
            written.append((future, result))


def _is_in_transaction(connection: Connection) -> bool:
    return bool(getattr(connection.connection.dbapi_connection, "in_transaction", False))
