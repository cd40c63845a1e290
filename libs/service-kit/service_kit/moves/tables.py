"""What a service tells a move of its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table


@dataclass(frozen=True, slots=True)
class MovedTables:
    """A service's tables. `kept_by_triggers` names those that fill themselves from others on either kind of database,
    each with the columns that are the same on both."""

    service: str
    folder: Path
    metadata: MetaData
    kept_by_triggers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def all(self) -> list[Table]:
        """Every table, those first that others refer to."""
        return self.metadata.sorted_tables

    @property
    def carried(self) -> list[Table]:
        """The tables whose rows are written by the move."""
        return [table for table in self.all if table.name not in self.kept_by_triggers]

    def compared(self, table: Table) -> list[Column[Any]]:
        """The columns that have to be the same on both sides."""
        return [table.c[name] for name in self.kept_by_triggers.get(table.name, table.c.keys())]
