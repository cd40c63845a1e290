"""The metadata with every table in it, for migrations and moves: a table is there once its module was imported."""

import chat_server.db.costs
import chat_server.db.models  # noqa: F401
from chat_server.db.base import Base

metadata = Base.metadata
# Tables that triggers fill from messages on either kind of database (migration 0004), and what is the same on both:
# numbers are given anew, and marks are for FTS5 alone.
KEPT_BY_TRIGGERS = {"search_entries": ("message_id", "user_id")}
