"""The coded errors of chat-service."""

from http import HTTPStatus

from service_kit.errors import InvalidInput, ServiceError

NOT_AN_EXPORT = (
    "This is neither an export of ours nor one of ChatGPT. Choose its zip file, or the conversations.json out of it."
)


class ConversationNotFound(ServiceError):
    """Absent, or someone else's: the two look exactly alike (404)."""

    code = "conversation_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "Conversation not found or access denied"


class MessageNotFound(ServiceError):
    """No such message in a conversation of the caller's (404)."""

    code = "message_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "Message not found or access denied"


class ShareNotFound(ServiceError):
    """The conversation is not shared (404)."""

    code = "share_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "This conversation is not shared."


class SharedNotFound(ServiceError):
    """A link behind which there is nothing: whether there ever was is not told (404)."""

    code = "shared_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is nothing to see here. Ask whoever gave you the link for another one."

    @property
    def headers(self) -> dict[str, str]:
        return super().headers | {"X-Robots-Tag": "noindex, nofollow, noarchive"}


class SharingOff(ServiceError):
    """The operator has switched sharing off (403)."""

    code = "sharing_off"
    status = HTTPStatus.FORBIDDEN
    detail = "Sharing by link is switched off here. An administrator can tell why."


class NothingToShare(ServiceError):
    """There is nothing in the conversation (409)."""

    code = "nothing_to_share"
    status = HTTPStatus.CONFLICT
    detail = "There is nothing in this conversation. Ask something first, then share it."


class ShareTooLarge(ServiceError):
    """A conversation is longer than can be shared (413)."""

    code = "share_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = "This conversation is too long to be shared. Export it as a file instead."


class PersonaNotFound(ServiceError):
    """No such persona of the caller's own, and none that is shared (404)."""

    code = "persona_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "Persona not found or access denied"


class SharedPersonaReadOnly(ServiceError):
    """A shared persona is changed by admins alone (403)."""

    code = "shared_persona_read_only"
    status = HTTPStatus.FORBIDDEN
    detail = "Only an administrator can change a persona that is shared with all. Make one of your own instead."


class SharingNotAllowed(ServiceError):
    """Only admins share personas (403)."""

    code = "sharing_not_allowed"
    status = HTTPStatus.FORBIDDEN
    detail = "Only an administrator can share a persona with all. Leave is_shared out to keep it for yourself."


class TooManyPersonas(ServiceError):
    """The person has as many personas as one may have (409)."""

    code = "too_many_personas"
    status = HTTPStatus.CONFLICT

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} personas already. Delete one that you no longer need.")


class AnswerInProgress(ServiceError):
    """A message came while an answer is being written (409)."""

    code = "busy"
    status = HTTPStatus.CONFLICT
    detail = "An answer is still being written in this conversation. Wait for it or stop it, then send again."
    retryable = True


class NothingToContinue(ServiceError):
    """The answer was not cut off (409)."""

    code = "nothing_to_continue"
    status = HTTPStatus.CONFLICT
    detail = "This answer is complete. Ask for another one instead."


class MessageTooLong(ServiceError):
    """One message is more than the model can read (413)."""

    code = "message_too_long"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, tokens: int, most_tokens: int) -> None:
        super().__init__(
            f"This message has about {tokens:,} tokens; the model reads at most {max(0, most_tokens):,} beside its"
            " instructions and its answer. Shorten it, or choose a model that reads more."
        )


class ModelNotListed(InvalidInput):
    """The model is not one that `GET /models` lists (422)."""

    code = "unknown_model"

    def __init__(self) -> None:
        super().__init__("This model is not on offer. Choose one that GET /models lists.", field="body.model")


class ClientIdReused(InvalidInput):
    """The same client_id or Idempotency-Key came with another text (422)."""

    code = "client_id_reused"
    detail = "This client_id was used for another message. Use a new one for a new message."


class ReaderTooSlow(ServiceError):
    """A reader of an answer fell so far behind that its frames are gone (408; close code 4408)."""

    code = "too_slow"
    status = HTTPStatus.REQUEST_TIMEOUT
    detail = "The connection was too slow to follow. Reconnect to go on."
    retryable = True


class NotAnExport(InvalidInput):
    """An upload that is no export that can be read (422)."""

    code = "not_an_export"

    def __init__(self, detail: str = NOT_AN_EXPORT) -> None:
        super().__init__(detail, field="body.file")


class ImportTooLarge(ServiceError):
    """An upload holds more than is taken at once (413); nothing was stored."""

    code = "import_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = "The file holds more than is taken at once. Nothing was imported; divide it, or ask an administrator."


class ServiceStopping(ServiceError):
    """A message came while the service is ending (503 with Retry-After)."""

    code = "service_stopping"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The service is restarting. Nothing was stored; send it again in a moment."
    retryable = True

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=5)


class AnswerLost(ServiceError):
    """The answer's text could not be stored, or its conversation went away while it was written (500)."""

    code = "answer_lost"
    detail = "The answer could not be stored. Your message is kept; send it again."
    retryable = True


class CompletionModelNotFound(ServiceError):
    """The model of a completion is not one that `GET /v1/models` lists (404, as users of the OpenAI API expect)."""

    code = "model_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "This model is not on offer. Choose one that GET /v1/models lists."


class PriceInFile(ServiceError):
    """The operator's file says what this model costs (409)."""

    code = "price_in_file"
    status = HTTPStatus.CONFLICT
    detail = "MODELS_FILE says what this model costs. Change it there and restart chat-service."


class BudgetNotFound(ServiceError):
    """No such budget (404)."""

    code = "budget_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such budget."


class BudgetExists(ServiceError):
    """There is a budget for the same subject and period (409)."""

    code = "budget_exists"
    status = HTTPStatus.CONFLICT
    detail = "There is such a budget already. Change its limit instead."


class BudgetExhausted(ServiceError):
    """What is left of a budget does not cover the answer (429 with Retry-After); nothing was stored."""

    code = "budget_exhausted"
    status = HTTPStatus.TOO_MANY_REQUESTS
