"""How Alembic reaches this service's database; the rest is service_kit's."""

import auth_server.db.administration
import auth_server.db.api_keys
import auth_server.db.factors
import auth_server.db.mail
import auth_server.db.models
import auth_server.db.recovery  # noqa: F401 - fills the metadata
from alembic import context
from auth_server.db.base import Base
from auth_server.settings import AuthSettings
from service_kit.migrations import run_environment

# The settings are read only from the command line: at start the service passes the address itself.
url = context.config.attributes.get("database_url") or AuthSettings().resolved_database_url
run_environment(context, Base.metadata, url)
