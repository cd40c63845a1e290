"""How an exchange begins: where in the conversation's tree, with which rows, and what the model sees of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import cast

from service_kit.clock import new_id, utc_now
from sqlalchemy.orm import Session

from chat_server.budgets.charging import Charging
from chat_server.budgets.service import Spender
from chat_server.conversations.service import ConversationService
from chat_server.db.models import Conversation, Message
from chat_server.errors import AnswerInProgress, ClientIdReused, MessageNotFound, NothingToContinue
from chat_server.llm.client import ModelMessage
from chat_server.messages.commands import (
    AnswerCommand,
    Command,
    ContinueCommand,
    EditCommand,
    QuestionCommand,
    SendCommand,
)
from chat_server.messages.context import ChosenContext, ModelWindow, choose_context
from chat_server.messages.record import MessageRecord
from chat_server.messages.reporting import report_message
from chat_server.messages.repository import MessageRepository
from chat_server.messages.siblings import beside_siblings

CONTINUE = "Your last message broke off. Go on exactly where it ends. Repeat nothing of it, and do not comment on this."
TITLE_WITHIN_MESSAGES = 6
CUT_OFF = ("stopped", "interrupted", "failed")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A stored message and its answer. `context` is what the model sees; None when the exchange is not new.

    `is_question_new`: the person's message was stored with it, not before. `is_title_open`: the conversation may be
    given a title because of it. `may_fall_back`: whether the budgets have room for the models that may step in, too.
    `temperature` is the conversation's own, None where it has none.
    """

    user_message: MessageRecord
    answer: MessageRecord
    title: str | None
    context: ChosenContext | None
    is_new: bool
    is_question_new: bool
    is_title_open: bool = False
    may_fall_back: bool = True
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an answer goes by beside the conversation itself."""

    default_model: str
    system_prompt: str
    last_messages: int
    window_of: Callable[[str], ModelWindow]
    price_keys: Callable[[str], Sequence[str]]


class ExchangeStore:
    """Begins exchanges, each inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._conversations = ConversationService(session)
        self._messages = MessageRepository(session)
        self._charging = Charging(session)

    def begin(self, command: Command, surroundings: Surroundings) -> Exchange:
        """Stores what is new (a message with its event, an empty `streaming` answer), or finds what a resend stored.

        Raises: ConversationNotFound, MessageNotFound (404), ClientIdReused (422), AnswerInProgress, NothingToContinue
        (409), MessageTooLong (413), BudgetExhausted (429).
        """
        # Locked before the look for client_id: of two at once, the second sees what the first stored.
        conversation = self._conversations.lock(command.user_id, command.conversation_id)
        if command.client_id is not None and (known := self._known(command, command.client_id)):
            return known
        if self._messages.is_streaming(command.conversation_id):
            raise AnswerInProgress()
        begin = self._ask if isinstance(command, QuestionCommand) else self._answer_again
        exchange = begin(command, conversation, surroundings)  # type: ignore[arg-type]  # each takes its own kind
        may_fall_back = self._reserve(command, exchange, surroundings)
        return replace(exchange, may_fall_back=may_fall_back, temperature=conversation.temperature)

    def _reserve(self, command: Command, exchange: Exchange, surroundings: Surroundings) -> bool:
        """Whether fallbacks may answer. Raises BudgetExhausted, which takes back all that was stored."""
        context = exchange.context
        if context is None:
            return True
        return self._charging.reserve(
            Spender(command.user_id, command.roles),
            exchange.answer.id,
            surroundings.price_keys(exchange.answer.model or ""),
            prompt_tokens=context.seen.prompt_tokens,
            max_tokens=context.answer_tokens,
        )

    def _ask(self, command: QuestionCommand, conversation: Conversation, surroundings: Surroundings) -> Exchange:
        now = utc_now()
        parent_id = conversation.leaf_id
        if isinstance(command, EditCommand):
            parent_id = self._own(command, role="user").parent_id
        question = _row(conversation, 1, now) | {
            "role": "user",
            "content": command.content,
            "client_id": command.client_id,
            "parent_id": parent_id,
        }
        answer = _answer_row(conversation, 2, now, str(question["id"]))
        answer["model"] = command.model or conversation.model or surroundings.default_model
        asked = ModelMessage("user", command.content, str(question["id"]))
        context = self._context(parent_id, conversation, surroundings, str(answer["model"]), asked=asked)
        answer["context"] = context.seen.to_json()
        self._messages.add([question, answer])
        title = self._conversations.begin_exchange(
            conversation, now, leaf_id=str(answer["id"]), messages=2, first_words=command.content
        )
        row = _as_row(question)
        # What goes to the end of a branch follows what nothing has followed yet: it needs no look.
        is_branch = isinstance(command, EditCommand)
        user_message = beside_siblings(self._messages, [row])[0] if is_branch else MessageRecord.of(row)
        report_message(self._session, command.user_id, user_message)
        return Exchange(
            user_message,
            MessageRecord.of(_as_row(answer)),
            title,
            context,
            is_new=True,
            is_question_new=True,
            is_title_open=_is_title_open(conversation),
        )

    def _answer_again(self, command: AnswerCommand, conversation: Conversation, surroundings: Surroundings) -> Exchange:
        now = utc_now()
        earlier = self._own(command, role="assistant" if isinstance(command, ContinueCommand) else None)
        question = earlier if earlier.role == "user" else self._question_of(earlier)
        answer = _answer_row(conversation, 1, now, question.id) | {"client_id": command.client_id}
        answer["model"] = command.model or conversation.model or surroundings.default_model
        closing: list[ModelMessage] = []
        if isinstance(command, ContinueCommand):
            answer |= _begun(earlier)
            answer["model"] = command.model or earlier.model
            if earlier.content:
                closing = [ModelMessage("assistant", earlier.content), ModelMessage("user", CONTINUE)]
        context = self._context(question.id, conversation, surroundings, str(answer["model"] or ""), closing=closing)
        answer["context"] = context.seen.to_json()
        self._messages.add([answer])
        self._conversations.begin_exchange(conversation, now, leaf_id=str(answer["id"]), messages=1)
        user_message, record = beside_siblings(self._messages, [question, _as_row(answer)])
        return Exchange(
            user_message,
            record,
            None,
            context,
            is_new=True,
            is_question_new=False,
            is_title_open=_is_title_open(conversation),
        )

    def _own(self, command: EditCommand | AnswerCommand, *, role: str | None) -> Message:
        """The message that the command names. Raises MessageNotFound for one of the other role as well."""
        row = self._messages.find(command.message_id, command.conversation_id, command.user_id)
        if row is None or role not in (None, row.role):
            raise MessageNotFound()
        return row

    def _question_of(self, answer: Message) -> Message:
        question = self._messages.by_id(answer.conversation_id, answer.in_reply_to or "")
        if question is None:
            raise MessageNotFound()
        return question

    def _known(self, command: Command, client_id: str) -> Exchange | None:
        row = self._messages.find_by_client_id(command.conversation_id, client_id)
        if row is None:
            return None
        question, answer = self._pair(row)
        if not _is_repeated(command, question, row):
            raise ClientIdReused(field="client_id")
        user_message, record = beside_siblings(self._messages, [question, answer])
        return Exchange(user_message, record, None, None, is_new=False, is_question_new=row.role == "user")

    def _pair(self, row: Message) -> tuple[Message, Message]:
        """The person's message and the answer that was stored for the client_id of one of them."""
        if row.role == "assistant":
            return self._question_of(row), row
        answer = self._messages.first_reply(row.id, row.conversation_id)
        if answer is None:
            raise AnswerInProgress()
        return row, answer

    def _context(
        self,
        from_id: str | None,
        conversation: Conversation,
        surroundings: Surroundings,
        model: str,
        *,
        asked: ModelMessage | None = None,
        closing: Sequence[ModelMessage] = (),
    ) -> ChosenContext:
        """The system prompt, then at most `last_messages` of the branch up to `from_id` and `asked`, which is new.

        Raises: MessageTooLong (413).
        """
        new = [] if asked is None else [asked]
        limit = surroundings.last_messages - len(new)
        found = self._messages.newest_spoken(conversation.id, from_id, limit) if from_id is not None and limit else []
        spoken = [*(ModelMessage(role, content, id_) for role, content, id_ in found), *new]
        system_prompt = conversation.system_prompt or surroundings.system_prompt
        return choose_context(system_prompt, spoken, surroundings.window_of(model), closing)


def _is_title_open(conversation: Conversation) -> bool:
    """Whether the first exchanges have not led to a title so far; where the model fails at it, it is left in peace."""
    return not conversation.is_title_settled and conversation.message_count < TITLE_WITHIN_MESSAGES


def _begun(earlier: Message) -> dict[str, object]:
    """What a continued answer begins with. Raises NothingToContinue for one that was not cut off."""
    if earlier.status not in CUT_OFF and earlier.finish_reason != "length":
        raise NothingToContinue()
    return {name: getattr(earlier, name) for name in ("content", "seq", "piece_lengths")}


def _is_repeated(command: Command, question: Message, row: Message) -> bool:
    """Whether the command is the one that stored `row`, sent once more."""
    match command:
        case SendCommand():
            return row.role == "user" and row.content == command.content
        case EditCommand():
            return row.role == "user" and row.content == command.content and row.id != command.message_id
        case _:
            return row.role == "assistant" and command.message_id != row.id and question.id == row.in_reply_to


def _answer_row(conversation: Conversation, number: int, now: datetime, question_id: str) -> dict[str, object]:
    return _row(conversation, number, now) | {
        "role": "assistant",
        "status": "streaming",
        "in_reply_to": question_id,
        "parent_id": question_id,
        "heartbeat_at": now,
    }


def _row(conversation: Conversation, number: int, now: datetime) -> dict[str, object]:
    """The columns of the exchange's message of that number, before anything is said."""
    return {
        "id": new_id(),
        "conversation_id": conversation.id,
        "position": conversation.message_count + number,
        "role": "",
        "content": "",
        "status": "complete",
        "model": None,
        "prompt_tokens": None,
        "completion_tokens": None,
        "total_tokens": None,
        "finish_reason": None,
        "client_id": None,
        "in_reply_to": None,
        "parent_id": None,
        "error": None,
        "seq": 0,
        "piece_lengths": "",
        "created_at": now,
        "heartbeat_at": None,
        "stop_asked_at": None,
        "context": None,
        "cost_nano_usd": None,
        "is_cost_estimated": False,
        "reasoning": None,
        "reasoning_seconds": None,
        "feedback_rating": None,
        "feedback_comment": None,
    }


def _as_row(columns: Mapping[str, object]) -> Message:
    """What has just been stored, to be read like a row; an object of the ORM costs ten times as much."""
    return cast(Message, SimpleNamespace(**columns))
