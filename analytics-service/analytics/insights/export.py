"""Figures as CSV that a spreadsheet shows and does not run."""

import csv
import io
from collections.abc import Sequence

from analytics.insights.schemas import Figures, Ranked

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it spreadsheets read UTF-8 as something else
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def csv_of(subject_title: str, rows: Sequence[Ranked]) -> str:
    """A line of titles and one of figures for each row; empty where a figure is null (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([subject_title, *Figures.model_fields])
    for row in rows:
        values = row.figures.model_dump().values()
        writer.writerow([harmless(row.subject), *("" if value is None else value for value in values)])
    return BYTE_ORDER_MARK + text.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text
