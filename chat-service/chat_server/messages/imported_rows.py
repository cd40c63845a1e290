"""The rows of messages that are brought along from elsewhere."""

from collections.abc import Sequence

from service_kit.clock import new_id

from chat_server.imports.conversations import ImportedMessage


def imported_rows(conversation_id: str, messages: Sequence[ImportedMessage]) -> dict[str, dict[str, object]]:
    """A row for each, by its key, in their order. An answer is one piece, and replies to the question above it."""
    rows: dict[str, dict[str, object]] = {}
    questions: dict[str | None, object] = {None: None}
    for position, message in enumerate(messages, 1):
        message_id = new_id()
        question = questions[message.parent_key]
        questions[message.key] = message_id if message.role == "user" else question
        is_answer = message.role == "assistant"
        parent = rows[message.parent_key] if message.parent_key is not None else None
        rows[message.key] = {
            "id": message_id,
            "conversation_id": conversation_id,
            "position": position,
            "role": message.role,
            "content": message.content,
            "status": message.status,
            "model": message.model,
            "in_reply_to": question if is_answer else None,
            "parent_id": parent["id"] if parent is not None else None,
            "seq": 1 if is_answer and message.content else 0,
            "piece_lengths": str(len(message.content)) if is_answer and message.content else "",
            "created_at": message.created_at,
            "is_cost_estimated": False,
            "feedback_rating": message.feedback.rating if message.feedback is not None else None,
            "feedback_comment": message.feedback.comment if message.feedback is not None else None,
        }
    return rows
