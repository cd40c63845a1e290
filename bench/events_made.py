"""Events as people cause them who chat: sessions of a handful of exchanges, most by day; a seed gives the same."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    MessageCreated,
    MessageFeedback,
    UserLogin,
    UserRegistered,
)

MODELS = ("large", "medium", "small", "reasoning", "local")
READS = ("/conversations/", "/conversations/{conversation_id}", "/conversations/{conversation_id}/messages", "/models")
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 12, 10, 12, 14, 14, 12, 10, 8, 6, 5, 4, 3, 2)
CHAT, AUTH = "chat-service", "auth-service"
ONE_HOUR = timedelta(hours=1)


class MadeEvents:
    """Makes events of these people; ids are counted, so that each is there once in all that this one makes."""

    def __init__(self, people: Sequence[str], seed: int = 1) -> None:
        self._people = people
        self._random = random.Random(seed)
        self._count = 0

    def registrations(self, at: datetime) -> list[AnyEvent]:
        """Everybody's first event."""
        return [
            UserRegistered(source=AUTH, user_id=person, event_id=self._id(), occurred_at=at) for person in self._people
        ]

    def over_days(self, first: datetime, days: int, count: int) -> Iterator[list[AnyEvent]]:
        """About `count` events of so many days, hour by hour in the order of their times."""
        weights = [BY_HOUR[hour % 24] for hour in range(days * 24)]
        for hour, weight in enumerate(weights):
            yield self.of_hour(first + hour * ONE_HOUR, round(count * weight / sum(weights)))

    def of_hour(self, begins: datetime, count: int) -> list[AnyEvent]:
        """So many events of one hour in the order of their times; sessions at its end go on in the next."""
        events: list[AnyEvent] = []
        while len(events) < count:
            events += self._session(begins + self._random.random() * ONE_HOUR)
        events.sort(key=lambda event: event.occurred_at)
        return events[:count]

    def _session(self, at: datetime) -> list[AnyEvent]:
        """Somebody signs in, begins a conversation, reads and asks a few times, and may like an answer."""
        chance = self._random
        person, conversation, model = chance.choice(self._people), self._id(), chance.choice(MODELS)
        events: list[AnyEvent] = [
            UserLogin(source=AUTH, user_id=person, event_id=self._id(), occurred_at=at),
            ConversationCreated(
                source=CHAT, user_id=person, event_id=self._id(), occurred_at=at, conversation_id=conversation
            ),
        ]
        for _ in range(chance.randint(1, 9)):
            events += [self._request(person, at) for _ in range(4)]
            events += self._exchange(person, conversation, model, at)
            at += timedelta(seconds=chance.uniform(20, 120))
        if chance.random() < 0.1:
            events.append(
                MessageFeedback(
                    source=CHAT,
                    user_id=person,
                    event_id=self._id(),
                    occurred_at=at,
                    conversation_id=conversation,
                    message_id=self._id(),
                    message_at=at,
                    model=model,
                    rating=chance.choice(("up", "down")),
                )
            )
        return events

    def _request(self, person: str, at: datetime) -> ApiRequest:
        chance = self._random
        return ApiRequest(
            source=CHAT,
            user_id=person,
            event_id=self._id(),
            occurred_at=at,
            endpoint=chance.choice(READS),
            method="GET",
            status_code=chance.choices((200, 404, 500), (96, 3, 1))[0],
            response_time=chance.lognormvariate(-4, 1),
        )

    def _exchange(self, person: str, conversation: str, model: str, at: datetime) -> list[AnyEvent]:
        chance = self._random
        prompt, written = chance.randint(20, 2_000), chance.randint(10, 800)
        took = chance.lognormvariate(1, 0.7)
        question = MessageCreated(
            source=CHAT,
            user_id=person,
            event_id=self._id(),
            occurred_at=at,
            conversation_id=conversation,
            message_id=self._id(),
            role="user",
        )
        answer = MessageCreated(
            source=CHAT,
            user_id=person,
            event_id=self._id(),
            occurred_at=at + timedelta(seconds=took),
            conversation_id=conversation,
            message_id=self._id(),
            role="assistant",
            model=model,
            provider="local" if model == "local" else "openai",
            prompt_tokens=prompt,
            completion_tokens=written,
            total_tokens=prompt + written,
            cost_nano_usd=None if model == "local" else written * 30_000,
            response_time=took,
            time_to_first_token=took / 4,
            status=chance.choices(("complete", "stopped", "failed"), (95, 3, 2))[0],
        )
        return [question, answer]

    def _id(self) -> str:
        """As a UUIDv7 does, it grows with the time of making."""
        self._count += 1
        return f"019ab000-0000-7000-8000-{self._count:012d}"
