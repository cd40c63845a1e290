"""All SQL of senders' reports and of delays."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from service_kit.delivery_reports import SenderFigure, SenderReport
from service_kit.upsert import put_all
from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from analytics.db.tables import receipt_delays, senders
from analytics.rollups.sketches import Sketch, decode, encode

_FIGURES = TypeAdapter(list[SenderFigure])


class DeliveryRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, source: str, report: SenderReport, heard_at: datetime) -> None:
        """Keeps the report in the place of the one before."""
        facts = report.model_dump(exclude={"figures"}) | {"figures": _written(report.figures)}
        put_all(self._session, senders, [facts | {"source": source, "heard_at": heard_at}])

    def senders(self, heard_since: datetime, limit: int) -> Sequence[Any]:
        """The rows of those heard of since then, the last one first."""
        query = select(senders).where(senders.c.heard_at >= heard_since)
        return self._session.execute(query.order_by(senders.c.heard_at.desc(), senders.c.instance).limit(limit)).all()

    def figures(self, heard_since: datetime) -> list[list[SenderFigure]]:
        """What each process has last said, of those heard of since then that go on; the last one first."""
        table = senders.c
        is_alive = and_(table.heard_at >= heard_since, table.has_ended.is_(False))
        query = select(table.figures).where(is_alive).order_by(table.heard_at.desc(), table.instance)
        return [_FIGURES.validate_json(text) for text in self._session.scalars(query)]

    def forget(self, heard_before: datetime, received_before: int) -> None:
        """Forgets senders not heard of since then, and delays of the quarter hours before that one."""
        self._session.execute(delete(senders).where(senders.c.heard_at < heard_before))
        self._session.execute(delete(receipt_delays).where(receipt_delays.c.slot < received_before))

    def delays(self, first_quarter: int) -> Sketch:
        """The delays of events that were stored in that quarter hour or later."""
        query = select(receipt_delays.c.buckets).where(receipt_delays.c.slot >= first_quarter)
        found: Sketch = Counter()
        for buckets in self._session.scalars(query):
            found.update(decode(buckets))
        return found

    def add_delays(self, quarter: int, delays: Sketch) -> None:
        """Adds to those of the quarter hour. The caller is alone with the rollups."""
        query = select(receipt_delays.c.buckets).where(receipt_delays.c.slot == quarter)
        kept = self._session.scalars(query).one_or_none()
        merged = decode(kept) if kept is not None else Counter()
        merged.update(delays)
        put_all(self._session, receipt_delays, [{"slot": quarter, "buckets": encode(merged)}])


def _written(figures: list[SenderFigure]) -> str:
    return _FIGURES.dump_json(figures).decode()
