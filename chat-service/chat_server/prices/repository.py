"""All SQL about prices."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from chat_server.db.costs import PriceVersion

_table = cast(Table, PriceVersion.__table__)
# Every exchange runs it, twice; built once and past the ORM like those of `messages/statements.py`.
_AT = (
    select(_table)
    .where(_table.c.model.in_(bindparam("models", expanding=True)), _table.c.valid_from <= bindparam("moment"))
    .order_by(_table.c.valid_from)
)


class PriceRepository:
    """Reads prices and adds versions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def at(self, models: Collection[str], moment: datetime) -> dict[str, PriceVersion]:
        """The versions that hold at the moment, of those models that have one."""
        found = self._session.connection().execute(_AT, {"models": list(models), "moment": moment})
        return {row.model: PriceVersion(**row._mapping) for row in found}  # the newest of a model comes last

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
