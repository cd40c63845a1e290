"""Makes the encoded frames of a conversation's feed from what is stored."""

from collections.abc import Sequence

from service_kit.errors import ServiceError

from chat_server.generation.events import (
    Ack,
    Branch,
    ContextPart,
    Delta,
    ErrorFrame,
    FeedbackFrame,
    FeedbackPart,
    MessageFrame,
    ReasoningFrame,
    Start,
    Title,
)
from chat_server.generation.feed import FeedFrame
from chat_server.messages.record import MessageRecord, StoredError


def ack_frame(question: MessageRecord, sender: object | None = None) -> FeedFrame:
    """Tells the sender that the message is on disk."""
    text = Ack(question.client_id, question.id, question.created_at).encode()
    return FeedFrame("ack", text, question.id, only_for=sender)


def title_frame(title: str) -> FeedFrame:
    """Tells the conversation's new name."""
    return FeedFrame("title", Title(title).encode())


def start_frame(answer: MessageRecord, *, is_told_from_its_beginning: bool = False) -> FeedFrame:
    """Tells that an answer begins, with what it begins with, unless all its deltas follow."""
    seq, content = (0, "") if is_told_from_its_beginning else (answer.seq, answer.content)
    siblings = list(answer.sibling_ids or (answer.id,))
    context = ContextPart.of(answer)
    start = Start(answer.id, answer.in_reply_to, answer.model, answer.client_id, siblings, seq, content, context)
    return FeedFrame("start", start.encode(), answer.id)


def branch_frame(leaf_id: str) -> FeedFrame:
    """Tells that another branch is shown."""
    return FeedFrame("branch", Branch(leaf_id).encode())


def feedback_frame(record: MessageRecord) -> FeedFrame:
    """Tells what the person thinks of an answer."""
    feedback = record.feedback
    given = FeedbackPart(feedback.rating, feedback.comment) if feedback is not None else None
    return FeedFrame("feedback", FeedbackFrame(record.id, given).encode(), record.id)


def delta_frame(message_id: str, seq: int, content: str) -> FeedFrame:
    """One piece of an answer."""
    return FeedFrame("delta", Delta(message_id, seq, content).encode(), message_id, seq)


def reasoning_frame(message_id: str, begin: int, content: str) -> FeedFrame:
    """One piece of what the model thinks, which begins after so many characters."""
    end = begin + len(content)
    text = ReasoningFrame(message_id, begin, end, content).encode()
    return FeedFrame("reasoning", text, message_id, reasoning_end=end)


def rest_of_reasoning(message_id: str, content: str, after: int) -> list[FeedFrame]:
    """What followed a place in the thoughts, in one frame, if there is any."""
    return [reasoning_frame(message_id, after, content[after:])] if after < len(content) else []


def error_frame(error: ServiceError | StoredError, message_id: str | None = None) -> FeedFrame:
    """A failure; with `message_id`, that of an answer."""
    sentence = error.detail if isinstance(error, ServiceError) else error.message
    frame = ErrorFrame(
        error.code, sentence, error.retryable, message_id=message_id, retry_after_seconds=error.retry_after_seconds
    )
    return FeedFrame("error", frame.encode(), message_id or "")


def closing_frames(record: MessageRecord) -> Sequence[FeedFrame]:
    """The final `message` of a stored answer, and the `error` behind it when it failed."""
    frames = [FeedFrame("message", MessageFrame.of(record).encode(), record.id)]
    if record.error is not None:
        frames.append(error_frame(record.error, record.id))
    return frames
