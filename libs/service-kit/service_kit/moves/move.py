"""A move from start to end: it checks, makes the tables, carries what is missing, and compares."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psycopg
from sqlalchemy import Connection, Engine, Table, inspect
from sqlalchemy.exc import DBAPIError

from service_kit.migrations import newest_revision, revision_of, upgrade_to_head
from service_kit.moves import progress as moves
from service_kit.moves.checksums import Comparison, fingerprint
from service_kit.moves.ends import is_sqlite, named, open_target, problems_of_server, still_source
from service_kit.moves.fitness import unfit_rows
from service_kit.moves.loading import empty, load, settle
from service_kit.moves.progress import Progress
from service_kit.moves.refusals import MoveRefused, refusal_of
from service_kit.moves.rows import Row, batches_after, key_of, rows_of, without_nul
from service_kit.moves.tables import MovedTables

SECONDS_BETWEEN_LINES = 5.0
AGAIN = "Begin anew with --restart, which empties the target."


@dataclass(frozen=True, slots=True)
class Move:
    """From one database of a service to another, of whichever kind. The source is read, never written.

    `say` is told how far it is. `is_nul_replaced`: U+FFFD stands in the target for each NUL of the source's texts.
    """

    tables: MovedTables
    source_url: str
    target_url: str
    say: Callable[[str], None]
    is_nul_replaced: bool = False

    def run(self, *, is_begun_anew: bool = False) -> list[Comparison]:
        """Carries everything, or what an interrupted move has left to carry.

        Returns: every table on both sides; where all are equal the move is over. Raises: MoveRefused.
        """
        self.refuse_same()
        with still_source(self.source_url, self.tables) as source:
            self.refuse_other_revision(source, named(self.source_url))
            self.refuse_unfit(source)
            with open_target(self.target_url) as target:
                self._prepare(target, is_begun_anew=is_begun_anew)
                for table in self.tables.carried:
                    self._carry(source, target, table)
                with target.begin() as connection:
                    settle(connection, self.tables)
                with target.connect() as connection:
                    found = self._compare(source, connection)
                if all(comparison.is_equal for comparison in found):
                    with target.begin() as connection:
                        moves.forget(connection)
                return found

    def compare(self) -> list[Comparison]:
        """Every table on both sides, as they are. Writes nothing. Raises: MoveRefused."""
        self.refuse_same()
        with (
            still_source(self.source_url, self.tables) as source,
            still_source(self.target_url, self.tables) as target,
        ):
            self.refuse_other_revision(source, named(self.source_url))
            self.refuse_other_revision(target, named(self.target_url))
            return self._compare(source, target)

    def refuse_same(self) -> None:
        """Raises MoveRefused for a move onto itself, and for an address that is none."""
        if named(self.source_url) == named(self.target_url):
            raise MoveRefused(f"{named(self.source_url)} is the source already. Name another database.")

    def refuse_unfit(self, source: Connection) -> None:
        """Raises MoveRefused for a source with rows that the target would not take."""
        is_stricter = is_sqlite(self.source_url) and not is_sqlite(self.target_url)
        if is_stricter and (unfit := unfit_rows(source, self.tables, is_nul_replaced=self.is_nul_replaced)):
            raise MoveRefused("\n".join(["Some rows cannot be carried:", *unfit]))

    def refuse_target(self, target: Connection) -> None:
        """Raises MoveRefused for a target that could not be filled, or that holds what this move did not put there."""
        if target.dialect.name == "postgresql" and (problems := problems_of_server(target)):
            raise MoveRefused("\n".join(problems))
        there = inspect(target).get_table_names()
        if moves.moves.name not in there:
            if there:
                raise MoveRefused(
                    f"{named(self.target_url)} holds tables already, and no move that is under way. Name an empty "
                    f"database of {self.tables.service}'s own; what was moved before is compared with --verify."
                )
        elif (source := moves.begun(target).source) != named(self.source_url):
            raise MoveRefused(f"{named(self.target_url)} holds a move from {source} that is not over. Give another.")

    def refuse_other_revision(self, connection: Connection, name: str) -> None:
        """Raises MoveRefused for a database whose tables are not those of this version."""
        found, wanted = revision_of(connection), newest_revision(self.tables.folder)
        if found is None:
            raise MoveRefused(f"{name} holds no tables of {self.tables.service}.")
        if found != wanted:
            raise MoveRefused(
                f"{name} has the tables of another version ({found}, this one has {wanted}). Start "
                f"{self.tables.service} of this version on it once, stop it, and try again."
            )

    def _prepare(self, target: Engine, *, is_begun_anew: bool) -> None:
        """Makes the tables and takes away what migrations put into them. Killed at any step, it is done again."""
        with target.begin() as connection:
            self.refuse_target(connection)
            if moves.moves.name not in inspect(connection).get_table_names():
                moves.begin(connection, named(self.source_url))
            elif is_begun_anew:
                moves.begin_again(connection)
            is_prepared = moves.begun(connection).is_prepared
        if is_prepared:
            self.say("Going on where the last run stopped.")
        else:
            self.say("Making the tables …")
            upgrade_to_head(self.tables.folder, self.target_url)
            with target.begin() as connection:
                empty(connection, self.tables)
                moves.note_prepared(connection)
        with target.connect() as connection:
            if revision_of(connection) != newest_revision(self.tables.folder):
                raise MoveRefused(f"{named(self.target_url)} was begun by another version. {AGAIN}")

    def _carry(self, source: Connection, target: Engine, table: Table) -> None:
        with target.connect() as connection:
            done = moves.progress_of(connection, table)
        if done.is_carried:
            return
        told_at = time.monotonic()
        try:
            for batch in batches_after(source, table, done.key):
                done = Progress(done.rows + len(batch), key_of(table, batch[-1]), False)
                with target.begin() as connection:
                    load(connection, table, self._as_carried(batch))
                    moves.note(connection, table, done)
                if time.monotonic() - told_at > SECONDS_BETWEEN_LINES:
                    told_at = time.monotonic()
                    self.say(f"{table.name}: {done.rows:,} rows so far")
            with target.begin() as connection:
                moves.note(connection, table, done._replace(is_carried=True))
        except (psycopg.Error, DBAPIError) as error:
            raise refusal_of(error, table.name) from error
        self.say(f"{table.name}: {done.rows:,} rows")

    def _as_carried(self, rows: Iterable[Row]) -> Iterable[Row]:
        return map(without_nul, rows) if self.is_nul_replaced else rows

    def _compare(self, source: Connection, target: Connection) -> list[Comparison]:
        self.say("Comparing …")
        found = []
        for table in self.tables.all:
            columns = self.tables.compared(table)
            there = fingerprint(columns, self._as_carried(rows_of(source, columns)))
            here = fingerprint(columns, rows_of(target, columns))
            found.append(Comparison(table.name, there, here))
        return found
