"""The metadata with every table in it, for migrations and moves: a table is there once its module was imported."""

import auth_server.db.administration
import auth_server.db.api_keys
import auth_server.db.factors
import auth_server.db.mail
import auth_server.db.models
import auth_server.db.recovery  # noqa: F401
from auth_server.db.base import Base

metadata = Base.metadata
