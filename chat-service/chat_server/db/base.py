"""The declarative base with the naming convention of all constraints."""

from service_kit.migrations import NAMING_CONVENTION
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Base of every table of chat-service."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
