"""Reads a batch from the bytes of a body, and says which event cannot be read and why."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from service_kit.events import LARGEST_BATCH, AnyEvent, Name, ZonedTime

from analytics.errors import BatchNotReadable, TooManyEvents


class _Envelope(msgspec.Struct):
    """A batch whose events are still text, so that each malformed one can be named."""

    events: list[msgspec.Raw]


class _Identity(msgspec.Struct):
    """What the contract's types fill in where it is missing: an event without it would count again when resent."""

    event_id: Name
    occurred_at: ZonedTime


_envelope_decoder = msgspec.json.Decoder(_Envelope)
_identity_decoder = msgspec.json.Decoder(_Identity)
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_REASON_AND_PATH = re.compile(r"(?P<reason>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>\w+)`")


class UnreadableEvent(NamedTuple):
    """An event that cannot be counted: its text, and the field that is wrong and why, without what it held."""

    text: bytes
    field: str
    reason: str


class ParsedBatch(NamedTuple):
    """The events of a batch in its order, and those that cannot be read."""

    events: list[AnyEvent]
    unreadable: list[UnreadableEvent]


def parse_batch(body: bytes) -> ParsedBatch:
    """The events of a batch. One that cannot be read keeps no other from being counted.

    Raises: BatchNotReadable or TooManyEvents (422) for what is no batch.
    """
    texts = _parse_envelope(body)
    if len(texts) > LARGEST_BATCH:
        raise TooManyEvents(len(texts))
    return parse_events(texts)


def parse_events(texts: Iterable[msgspec.Raw | bytes]) -> ParsedBatch:
    """The events of these texts, each JSON."""
    parsed = ParsedBatch([], [])
    for text in texts:
        try:
            _identity_decoder.decode(text)
            parsed.events.append(_event_decoder.decode(text))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            parsed.unreadable.append(UnreadableEvent(bytes(text), *_field_and_reason(error)))
    return parsed


def _parse_envelope(body: bytes) -> list[msgspec.Raw]:
    try:
        return _envelope_decoder.decode(body).events
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BatchNotReadable() from error


def _field_and_reason(error: Exception) -> tuple[str, str]:
    """Which field is wrong, '' for the event as a whole, and why. What the event held is left out: it may be secret."""
    found = _REASON_AND_PATH.fullmatch(str(error))
    if not isinstance(error, msgspec.ValidationError) or found is None:
        return "", "The event is not valid JSON in UTF-8."
    path, reason = found["path"] or "", found["reason"]
    if missing := _MISSING.fullmatch(reason):
        path, reason = missing["name"], "The field is missing."
    elif path == "event_type":
        reason = "There is no such type of event."
    elif reason.startswith("Invalid enum value"):
        reason = "The field does not take this value."
    elif "matching regex" in reason:
        reason = "The text holds control characters."
    return path, reason.replace("`", "'")
