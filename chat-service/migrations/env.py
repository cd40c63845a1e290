"""Alembic's entry: at start the service passes its database's address, on the command line the settings do."""

from alembic import context
from chat_server.db.every_table import metadata
from chat_server.db.full_text import require_full_text
from chat_server.settings import ChatSettings
from service_kit.migrations import run_environment

url = context.config.attributes.get("database_url") or ChatSettings().resolved_database_url
require_full_text(url)
run_environment(context, metadata, url)
