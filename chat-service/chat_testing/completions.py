"""What a streamed completion of `/v1` is made of."""

import json
from typing import Any


def events_of(text: str) -> list[Any]:
    """The data of the events; the last one is no JSON."""
    datas = [event.removeprefix("data: ") for event in text.strip().split("\n\n")]
    return [json.loads(data) if data != "[DONE]" else data for data in datas]


def words_of(events: list[Any]) -> str:
    """The answer's text; the last event is no part of it."""
    return "".join(event["choices"][0]["delta"].get("content", "") for event in events[:-1] if event["choices"])
