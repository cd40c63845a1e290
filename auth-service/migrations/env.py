"""How Alembic reaches this service's database; the rest is service_kit's."""

from alembic import context
from auth_server.db.every_table import metadata
from auth_server.settings import AuthSettings
from service_kit.migrations import run_environment

# The settings are read only from the command line: at start the service passes the address itself.
url = context.config.attributes.get("database_url") or AuthSettings().resolved_database_url
run_environment(context, metadata, url)
