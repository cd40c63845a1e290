"""The declarative base, whose constraints have names that migrations can refer to."""

from service_kit.migrations import NAMING_CONVENTION
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """What every table of this service derives from."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
