"""All SQL about prices."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from chat_server.db.costs import PriceVersion

_table = cast(Table, PriceVersion.__table__)
# Every exchange runs one of them, twice; built once and past the ORM like those of `messages/statements.py`.
_AT = select(_table).where(_table.c.valid_from <= bindparam("moment")).order_by(_table.c.valid_from)
_OF_ALL = _AT.where(_table.c.model.in_(bindparam("models", expanding=True)))
_OF_ONE = _AT.where(_table.c.model == bindparam("model")).order_by(None).order_by(_table.c.valid_from.desc()).limit(1)


class PriceRepository:
    """Reads prices and adds versions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def at(self, models: Collection[str], moment: datetime) -> dict[str, PriceVersion]:
        """The versions that hold at the moment, of those models that have one; rows that are only to be read."""
        statement, which = _OF_ALL, dict[str, object](models=list(models))
        if len(models) == 1:  # as nearly always; with a list the statement is written anew each time
            statement, which = _OF_ONE, dict[str, object](model=next(iter(models)))
        found = self._session.connection().execute(statement, {**which, "moment": moment})
        return {row.model: cast("PriceVersion", row) for row in found}  # the newest of a model comes last

    def models(self) -> Sequence[str]:
        """All models that have a price, by name."""
        query = select(PriceVersion.model).distinct().order_by(PriceVersion.model)
        return self._session.scalars(query).all()

    def history(self, model: str) -> Sequence[PriceVersion]:
        """All versions of a model, the newest first."""
        query = select(PriceVersion).where(PriceVersion.model == model)
        return self._session.scalars(query.order_by(PriceVersion.valid_from.desc())).all()

    def add(self, version: PriceVersion) -> None:
        """Stores a new version."""
        self._session.add(version)
        self._session.flush()
