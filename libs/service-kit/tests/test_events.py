"""The event contract: what it takes, what it refuses, and that what is sent is what is read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    ConversationDeleted,
    EventBatch,
    MessageCreated,
    MessageFeedback,
    TitleGenerated,
    UserLogin,
    UserRegistered,
    encode_event,
)

EVENTS: list[AnyEvent] = [
    ApiRequest(source="chat", user_id="", endpoint="/models", method="GET", status_code=200, response_time=0.25),
    UserRegistered(source="auth", user_id="u1"),
    UserLogin(source="auth", user_id="u1"),
    ConversationCreated(source="chat", user_id="u1", conversation_id="c1"),
    ConversationDeleted(source="chat", user_id="u1", conversation_id="c1"),
    MessageCreated(source="chat", user_id="u1", conversation_id="c1", message_id="m1", role="user"),
    MessageCreated(
        source="chat",
        user_id="u1",
        conversation_id="c1",
        message_id="m2",
        role="assistant",
        model="gpt-4",
        prompt_tokens=7,
        completion_tokens=5,
        total_tokens=12,
        response_time=1.5,
        time_to_first_token=0.2,
        status="stopped",
    ),
    MessageFeedback(
        source="chat",
        user_id="u1",
        conversation_id="c1",
        message_id="m2",
        message_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
        model="gpt-4",
        rating="up",
        previous="down",
    ),
    TitleGenerated(source="chat", user_id="u1", conversation_id="c1", model="gpt-4", provider="local", total_tokens=3),
]

LOGIN = {
    "event_type": "user_login",
    "source": "auth",
    "user_id": "u1",
    "event_id": "e1",
    "occurred_at": "2026-11-22T10:00:00+00:00",
}
REQUEST = LOGIN | {
    "event_type": "api_request",
    "endpoint": "/models",
    "method": "GET",
    "status_code": 200,
    "response_time": 0.1,
}
MESSAGE = LOGIN | {"event_type": "message_created", "conversation_id": "c1", "message_id": "m1", "role": "user"}

FEEDBACK = LOGIN | {
    "event_type": "message_feedback",
    "conversation_id": "c1",
    "message_id": "m1",
    "message_at": "2026-11-22T10:00:00Z",
}


def decode(*events: dict[str, Any]) -> list[AnyEvent]:
    return msgspec.json.decode(msgspec.json.encode({"events": events}), type=EventBatch).events


class TestEncodeEvent:
    @pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
    def test_it_is_read_back_unchanged(self, event: AnyEvent) -> None:
        body = f'{{"events":[{encode_event(event)}]}}'
        assert msgspec.json.decode(body, type=EventBatch).events == [event]

    def test_it_carries_the_type_the_id_and_a_zoned_time(self) -> None:
        sent = msgspec.json.decode(encode_event(EVENTS[1]))
        assert sent["event_type"] == "user_registered"
        assert sent["event_id"] == EVENTS[1].event_id
        assert datetime.fromisoformat(sent["occurred_at"]).utcoffset() == timedelta(0)

    def test_each_event_has_an_id_of_its_own(self) -> None:
        made = {UserLogin(source="auth", user_id="u1").event_id for _ in range(100)}
        assert len(made) == 100


class TestDecode:
    @pytest.mark.parametrize(
        "event",
        [
            LOGIN | {"event_type": "user_vanished"},
            LOGIN | {"user_id": ""},
            LOGIN | {"user_id": 7},
            LOGIN | {"user_id": None},
            LOGIN | {"event_id": ""},
            LOGIN | {"event_id": "x" * 256},
            LOGIN | {"event_id": "a\x00b"},
            LOGIN | {"event_id": "a\n"},
            LOGIN | {"occurred_at": "yesterday"},
            LOGIN | {"occurred_at": "2026-11-22T10:00:00"},
            REQUEST | {"status_code": 99},
            REQUEST | {"status_code": "200"},
            REQUEST | {"response_time": -0.001},
            REQUEST | {"response_time": 1e12},
            REQUEST | {"endpoint": ""},
            MESSAGE | {"role": "system"},
            MESSAGE | {"status": "thinking"},
            MESSAGE | {"total_tokens": -1},
            MESSAGE | {"total_tokens": 2**70},
            MESSAGE | {"total_tokens": 1.5},
            {name: value for name, value in MESSAGE.items() if name != "message_id"},
            FEEDBACK | {"rating": "sideways"},
            FEEDBACK | {"message_at": None},
        ],
        ids=str,
    )
    def test_it_refuses_what_cannot_be_counted(self, event: dict[str, Any]) -> None:
        with pytest.raises(msgspec.ValidationError):
            decode(event)

    def test_an_anonymous_request_has_an_empty_user_id(self) -> None:
        assert decode(REQUEST | {"user_id": ""})[0].user_id == ""

    def test_a_wildly_wrong_time_is_still_a_time(self) -> None:
        event = decode(LOGIN | {"occurred_at": "1970-01-01T00:00:00Z"})[0]
        assert event.occurred_at == datetime(1970, 1, 1, tzinfo=UTC)

    def test_fields_of_a_newer_sender_are_left_out(self) -> None:
        event = decode(MESSAGE | {"content": "the text of a message"})[0]
        assert b"the text" not in msgspec.json.encode(event)
