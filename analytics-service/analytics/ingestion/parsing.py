"""Reads a batch from the bytes of a body, and says which event cannot be read and why."""

import re

import msgspec
from service_kit.events import LARGEST_BATCH, AnyEvent, Name, ZonedTime

from analytics.errors import BatchNotReadable, EventsRefused, TooManyEvents

MOST_ERRORS = 50  # enough to see what is wrong with a sender; the answer stays small


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


def parse_batch(body: bytes) -> list[AnyEvent]:
    """The events of a batch, in its order.

    Raises: BatchNotReadable, TooManyEvents or EventsRefused (422). The last names the malformed events, at most 50
    of them, by their place in the batch: `body.events.0` is the first.
    """
    texts = _parse_envelope(body)
    if len(texts) > LARGEST_BATCH:
        raise TooManyEvents(len(texts))
    events: list[AnyEvent] = []
    errors: list[dict[str, str]] = []
    for place, text in enumerate(texts):
        try:
            _identity_decoder.decode(text)
            events.append(_event_decoder.decode(text))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            errors.append(_named(place, error))
    if errors:
        raise EventsRefused(errors[:MOST_ERRORS])
    return events


def _parse_envelope(body: bytes) -> list[msgspec.Raw]:
    try:
        return _envelope_decoder.decode(body).events
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BatchNotReadable() from error


def _named(place: int, error: Exception) -> dict[str, str]:
    """One entry of `errors`. What the event held is left out: it may be what must not be told."""
    field = f"body.events.{place}"
    found = _REASON_AND_PATH.fullmatch(str(error))
    if not isinstance(error, msgspec.ValidationError) or found is None:
        return {"field": field, "message": "The event is not valid JSON in UTF-8."}
    path, reason = found["path"] or "", found["reason"]
    if missing := _MISSING.fullmatch(reason):
        path, reason = missing["name"], "The field is missing."
    elif path == "event_type":
        reason = "There is no such type of event."
    elif reason.startswith("Invalid enum value"):
        reason = "The field does not take this value."
    elif "matching regex" in reason:
        reason = "The text holds control characters."
    return {"field": f"{field}.{path}".rstrip("."), "message": reason.replace("`", "'")}
