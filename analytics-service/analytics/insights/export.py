"""What a chart or a list shows as a table: CSV that a spreadsheet shows and does not run, and JSON."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from analytics.insights.metrics import QUANTILES
from analytics.insights.schemas import Durations, Figures, Ranked, Timed, TimeSeries

Cell = str | int | float | None
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it spreadsheets read UTF-8 as something else
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
_DURATION_TITLES = tuple(f"{name}_{q}_seconds" for name in Durations.model_fields for q in QUANTILES)


class Table(NamedTuple):
    """A title for each column, and the rows."""

    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def table_of_list(subject_title: str, rows: Sequence[Ranked]) -> Table:
    """A row for each subject; with durations where the list has them."""
    is_timed = any(isinstance(row, Timed) for row in rows)
    titles = [subject_title, *Figures.model_fields, *(_DURATION_TITLES if is_timed else ())]
    return Table(titles, [[row.subject, *row.figures.model_dump().values(), *_durations(row)] for row in rows])


def table_of_series(subject_title: str, found: TimeSeries) -> Table:
    """A row for each point of each subject."""
    rows = [
        [series.subject, point.starts_at.isoformat(), point.value] for series in found.series for point in series.points
    ]
    return Table([subject_title, "starts_at", found.metric], rows)


def csv_of(table: Table) -> str:
    """A line of titles and one for each row; empty where a figure is null (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.titles)
    for row in table.rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return BYTE_ORDER_MARK + text.getvalue()


def json_of(table: Table) -> bytes:
    """An array with an object for each row, its names those of the columns."""
    return msgspec.json.encode([dict(zip(table.titles, row, strict=True)) for row in table.rows])


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text


def _csv_cell(cell: Cell) -> Cell:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else cell


def _durations(row: Ranked) -> Iterator[Cell]:
    if isinstance(row, Timed):
        for quantiles in row.durations.model_dump().values():
            yield from quantiles.values()
