"""Times in the database: always zoned, always UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from service_kit.columns import UtcDateTime
from sqlalchemy import Column, Dialect, Engine, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

metadata = MetaData()
POSTGRESQL: Dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
SQLITE: Dialect = sqlite.pysqlite.dialect()
moments = Table("moments", metadata, Column("id", Integer, primary_key=True), Column("at", UtcDateTime))


@pytest.fixture
def engine() -> Engine:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return engine


def stored_and_read(engine: Engine, value: datetime | None) -> datetime | None:
    with engine.begin() as connection:
        connection.execute(insert(moments).values(at=value))
        found: datetime | None = connection.execute(select(moments.c.at)).scalar_one()
    engine.dispose()
    return found


class TestUtcDateTime:
    @pytest.mark.parametrize("hours", [0, 5, -11])
    def test_an_instant_comes_back_as_the_same_in_utc(self, engine: Engine, hours: int) -> None:
        instant = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=hours)))
        found = stored_and_read(engine, instant)
        assert found == instant
        assert found is not None
        assert found.tzinfo is UTC

    def test_none_stays_none(self, engine: Engine) -> None:
        assert stored_and_read(engine, None) is None

    def test_a_time_without_zone_is_refused(self, engine: Engine) -> None:
        naive = datetime(2026, 3, 29)  # noqa: DTZ001 - the mistake itself
        with pytest.raises(StatementError, match="naive"):
            stored_and_read(engine, naive)
        engine.dispose()

    def test_instants_compare_in_the_database_as_they_do_outside(self, engine: Engine) -> None:
        east = datetime(2026, 1, 1, 4, 0, tzinfo=timezone(timedelta(hours=5)))  # the day before in UTC
        west = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
        with engine.begin() as connection:
            connection.execute(insert(moments), [{"at": west}, {"at": east}])
            found = connection.execute(select(moments.c.at).where(moments.c.at < west)).scalars().all()
        engine.dispose()
        assert found == [east]

    def test_postgresql_gets_the_zone_and_sqlite_does_not(self) -> None:
        instant = datetime(2026, 1, 1, tzinfo=UTC)
        column = UtcDateTime()
        assert column.process_bind_param(instant, POSTGRESQL) == instant
        bound = column.process_bind_param(instant, SQLITE)
        assert bound is not None
        assert bound.tzinfo is None
        assert column.process_result_value(instant.astimezone(timezone(timedelta(hours=2))), POSTGRESQL) == instant
