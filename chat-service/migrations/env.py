"""Alembic's entry: at start the service passes its database's address, on the command line the settings do."""

from alembic import context
from chat_server.db.models import Base
from chat_server.settings import ChatSettings
from service_kit.migrations import run_environment

run_environment(context, Base.metadata, ChatSettings().resolved_database_url)
