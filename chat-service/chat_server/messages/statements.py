"""The statements that every exchange runs, built once: to build one, with its cache key, costs more than to run it.

They go by tables, past the ORM, for the same reason. Parameters that are named like columns are what is written.
"""

from typing import cast

from sqlalchemy import Select, Table, and_, bindparam, case, insert, select, update

from chat_server.db.models import Message

CONTEXT_STATES = ("complete", "stopped", "interrupted")
_table = cast(Table, Message.__table__)
_columns = _table.c
_is_streaming = _columns.status == "streaming"

ADD = insert(_table)
FIND_STREAMING = select(_columns.id).where(_columns.conversation_id == bindparam("of_conversation"), _is_streaming)
FINISH = update(_table).where(_columns.id == bindparam("message_id"), _is_streaming).returning(*_columns)
CHANGE_STREAMING = update(_table).where(_columns.id == bindparam("message_id"), _is_streaming)
FIND_WANTED = select(_columns.id).where(
    _columns.id.in_(bindparam("message_ids", expanding=True)), _is_streaming, _columns.stop_asked_at.is_(None)
)


def _newest_spoken() -> Select[tuple[str, str, str]]:
    """Role, content and id of the last `most` messages up to `from_id` that a model should see, oldest first."""
    is_spoken = and_(_columns.status.in_(CONTEXT_STATES), _columns.content != "")
    counted = case((is_spoken, 1), else_=0)
    start = select(_columns.id, _columns.parent_id, counted.label("spoken")).where(
        _columns.id == bindparam("from_id"), _columns.conversation_id == bindparam("of_conversation")
    )
    path = start.cte("path", recursive=True)
    further = (
        select(_columns.id, _columns.parent_id, path.c.spoken + counted)
        .join(path, _columns.id == path.c.parent_id)
        .where(path.c.spoken < bindparam("most"))
    )
    path = path.union_all(further)
    spoken = select(_columns.role, _columns.content, _columns.id).join(path, path.c.id == _columns.id).where(is_spoken)
    return spoken.order_by(_columns.position)


NEWEST_SPOKEN = _newest_spoken()
