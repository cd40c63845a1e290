"""What an OpenAPI document says of bodies, and the objects in an answer, however deep they are."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def body_fields(document: Json, operation: Json) -> set[str]:
    """The names that the operation's body documents, in whichever of its forms."""
    content = operation.get("requestBody", {}).get("content", {})
    return {name for form in content.values() for name in _properties(document, form.get("schema", {}))}


def _properties(document: Json, schema: Json) -> Iterator[str]:
    if "$ref" in schema:
        yield from _properties(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    yield from schema.get("properties", {})
    for kind in ("anyOf", "allOf", "oneOf"):
        for part in schema.get(kind, []):
            yield from _properties(document, part)


def records_in(value: object) -> Iterator[Json]:
    """Every object within a JSON value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from records_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from records_in(inner)
