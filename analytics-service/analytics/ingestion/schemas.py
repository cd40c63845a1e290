"""What `POST /events` answers, and the description of its body, which FastAPI cannot see."""

from typing import Any

import msgspec
from pydantic import BaseModel
from service_kit.events import LARGEST_BATCH, EventBatch


class Receipt(BaseModel):
    """`accepted`: events stored now. `duplicates`: events that were stored before or came twice in this batch.

    `parked`: events that cannot be read; they are kept with the reason, and the sender need not send them again.
    """

    accepted: int
    duplicates: int
    parked: int


def batch_body() -> dict[str, Any]:
    """The `requestBody` of `POST /events` in OpenAPI, made from the types that it is decoded with."""
    _, components = msgspec.json.schema_components([EventBatch], ref_template="#/$defs/{name}")
    schema = _inlined(components["EventBatch"], components)
    events = schema["properties"]["events"]
    events["maxItems"] = LARGEST_BATCH
    for event in events["items"]["anyOf"]:
        event["required"] = sorted({*event["required"], "event_id", "occurred_at"})
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _inlined(node: Any, components: dict[str, Any]) -> Any:
    """The schema with every reference replaced by what it refers to; there is no cycle among events."""
    if isinstance(node, list):
        return [_inlined(item, components) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(components[node["$ref"].rpartition("/")[2]], components)
    return {name: _inlined(value, components) for name, value in node.items() if name != "discriminator"}
