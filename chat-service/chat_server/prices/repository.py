"""All SQL about prices."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chat_server.db.costs import PriceVersion


class PriceRepository:
    """Reads prices and adds versions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def at(self, models: Collection[str], moment: datetime) -> dict[str, PriceVersion]:
        """The versions that hold at the moment, of those models that have one."""
        version = PriceVersion
        newest = (
            select(version.model, func.max(version.valid_from).label("valid_from"))
            .where(version.model.in_(models), version.valid_from <= moment)
            .group_by(version.model)
            .subquery()
        )
        query = select(version).join(
            newest, (version.model == newest.c.model) & (version.valid_from == newest.c.valid_from)
        )
        return {row.model: row for row in self._session.scalars(query)}

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
