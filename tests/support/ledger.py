"""What writers were told is on disk, and the check that it is there exactly once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ENDED = frozenset({"complete", "interrupted"})


@dataclass(frozen=True)
class Acknowledged:
    """A user's message whose `ack` has arrived."""

    conversation_id: str
    client_id: str
    message_id: str
    content: str


@dataclass
class Ledger:
    """What all writers together have been promised, and how often they had to send again."""

    entries: list[Acknowledged] = field(default_factory=list)
    resends: int = 0


def find_faults(
    acknowledged: Iterable[Acknowledged], stored: Mapping[str, Sequence[Mapping[str, Any]]], *, whole_answer: str
) -> list[str]:
    """What is wrong with the stored messages, by conversation, in sentences; nothing when every promise is kept.

    Every acknowledged message is there once and unchanged, and every message of a user has one answer that has
    ended: complete, or interrupted and then a beginning of `whole_answer`, which is what the model says to all.
    """
    faults = [fault for entry in acknowledged if (fault := _lost(entry, stored.get(entry.conversation_id, ())))]
    for conversation_id, messages in stored.items():
        faults += _doubled(conversation_id, messages)
        faults += _badly_answered(conversation_id, messages, whole_answer)
    return faults


def _lost(entry: Acknowledged, messages: Sequence[Mapping[str, Any]]) -> str | None:
    found = [message for message in messages if message["id"] == entry.message_id]
    if not found:
        return f"{entry.conversation_id}: acknowledged message {entry.client_id} is lost"
    if (found[0]["content"], found[0]["client_id"]) != (entry.content, entry.client_id):
        return f"{entry.conversation_id}: acknowledged message {entry.client_id} was changed"
    return None


def _doubled(conversation_id: str, messages: Sequence[Mapping[str, Any]]) -> list[str]:
    ids = Counter(message["client_id"] for message in messages if message["role"] == "user")
    return [f"{conversation_id}: message {client_id} is there {n} times" for client_id, n in ids.items() if n > 1]


def _badly_answered(conversation_id: str, messages: Sequence[Mapping[str, Any]], whole_answer: str) -> list[str]:
    answers = [message for message in messages if message["role"] == "assistant"]
    replied = Counter(answer["in_reply_to"] for answer in answers)
    questions = [message["id"] for message in messages if message["role"] == "user"]
    faults = [f"{conversation_id}: message {id_} has {replied[id_]} answers" for id_ in questions if replied[id_] != 1]
    for answer in answers:
        is_whole = answer["content"] == whole_answer
        if answer["status"] not in ENDED or (answer["status"] == "complete" and not is_whole):
            faults.append(f"{conversation_id}: answer {answer['id']} is {answer['status']} with {answer['content']!r}")
        elif not whole_answer.startswith(answer["content"]):
            faults.append(f"{conversation_id}: answer {answer['id']} has words that the model did not say")
    return faults
