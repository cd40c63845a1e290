"""Who is writing what at this moment in this process, and who watches it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from service_kit.clock import utc_now

from chat_server.generation.events import ActiveAnswer
from chat_server.generation.feed import ConversationFeed, FeedFrame, Watcher
from chat_server.generation.stream_log import ReasoningLog, StreamLog
from chat_server.messages.record import MessageRecord, Reasoning


class RunningAnswer:
    """One answer while it is written: its text so far, the way to stop it, and its end."""

    def __init__(self, record: MessageRecord, user_id: str) -> None:
        self.record = record
        self.user_id = user_id
        self.log = StreamLog(record.id, record.pieces())
        self.reasoning = ReasoningLog()
        self.finished: asyncio.Future[MessageRecord] = asyncio.get_running_loop().create_future()
        self.finished.add_done_callback(_retrieve)
        self.stream_task: asyncio.Task[None] | None = None
        self.stop_status: str | None = None

    def stop(self, status: str) -> None:
        """Ends the answer where it is, in this state (`stopped` or `interrupted`); the first caller decides."""
        is_over = self.finished.done() or (self.stream_task is not None and self.stream_task.done())
        if self.stop_status is None and not is_over:
            self.stop_status = status
            if self.stream_task is not None:
                self.stream_task.cancel()

    def snapshot(self) -> MessageRecord:
        """The message as it is at this moment: text and seq belong together."""
        thoughts = Reasoning(self.reasoning.content, None) if self.reasoning.end else None
        return replace(self.record, content=self.log.content, seq=self.log.seq, reasoning=thoughts)


def _retrieve(future: "asyncio.Future[MessageRecord]") -> None:
    """An answer that nobody waits for must not be reported as a lost exception."""
    if not future.cancelled():
        future.exception()


class RunningAnswers:
    """The answers being written and the feeds being watched, by conversation. Owned by GenerationService."""

    def __init__(self) -> None:
        self._answers: dict[str, RunningAnswer] = {}
        self._beginnings: dict[object, datetime] = {}
        self._feeds: dict[str, ConversationFeed] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def add(self, answer: RunningAnswer) -> None:
        """Registers the conversation's answer."""
        self._answers[answer.record.conversation_id] = answer

    @contextmanager
    def beginning(self) -> Iterator[None]:
        """While an answer is stored and not added yet."""
        mark = object()
        self._beginnings[mark] = utc_now()
        try:
            yield
        finally:
            del self._beginnings[mark]

    def all_known_until(self, moment: datetime) -> datetime:
        """The moment, or the earlier one up to which every answer that this process has stored is among `all`."""
        return min([moment, *self._beginnings.values()])

    def remove(self, answer: RunningAnswer) -> None:
        """Forgets an answer that has ended."""
        if self._answers.get(answer.record.conversation_id) is answer:
            del self._answers[answer.record.conversation_id]

    def of_conversation(self, conversation_id: str) -> RunningAnswer | None:
        """The answer being written in the conversation."""
        return self._answers.get(conversation_id)

    def of_message(self, conversation_id: str, message_id: str) -> RunningAnswer | None:
        """The answer with this id, if it is being written in this conversation."""
        answer = self._answers.get(conversation_id)
        return answer if answer is not None and answer.record.id == message_id else None

    def all(self) -> list[RunningAnswer]:
        """Every answer being written."""
        return list(self._answers.values())

    def active(self, conversation_id: str) -> list[ActiveAnswer]:
        """What `ready` tells."""
        answer = self._answers.get(conversation_id)
        return [] if answer is None else [ActiveAnswer(answer.record.id, answer.log.seq)]

    def watch(self, conversation_id: str, on_news: Callable[[], None] | None = None) -> Watcher:
        """Begins to read a conversation's frames; `unwatch` ends it."""
        return self._feeds.setdefault(conversation_id, ConversationFeed(conversation_id)).watch(on_news)

    def unwatch(self, conversation_id: str, watcher: Watcher) -> None:
        """Ends a reader, and the feed with its last one."""
        watcher.close()
        feed = self._feeds.get(conversation_id)
        if feed is not None and not feed.is_watched:
            del self._feeds[conversation_id]

    def is_watched(self, conversation_id: str) -> bool:
        """Whether the conversation has a reader."""
        return conversation_id in self._feeds

    def publish(self, conversation_id: str, frame: FeedFrame) -> None:
        """Tells everyone who watches the conversation."""
        feed = self._feeds.get(conversation_id)
        if feed is not None:
            feed.publish(frame)
