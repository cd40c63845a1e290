"""The coded errors of this service."""

from http import HTTPStatus

from service_kit.errors import InvalidInput, ServiceError
from service_kit.events import LARGEST_BATCH


class BatchTooLarge(ServiceError):
    """The body of a batch has too many bytes (413)."""

    code = "batch_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, largest_bytes: int) -> None:
        super().__init__(f"A batch may have at most {largest_bytes:,} bytes. Send the events in smaller batches.")


class BatchIncomplete(ServiceError):
    """The sender went away in the middle of its batch (400)."""

    code = "batch_incomplete"
    status = HTTPStatus.BAD_REQUEST
    detail = "The connection ended before the whole batch had arrived. Send it again."
    retryable = True


class TooManyEvents(InvalidInput):
    """The batch holds more events than one request may (422)."""

    code = "too_many_events"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"The batch holds {count:,} events and may hold at most {LARGEST_BATCH:,}. Send them in smaller batches.",
            field="body.events",
        )


class BatchNotReadable(InvalidInput):
    """The body is not the JSON object that holds a batch (422)."""

    code = "batch_not_readable"
    detail = 'The body must be JSON of the form {"events": [...]}, in UTF-8.'

    def __init__(self) -> None:
        super().__init__(field="body")


class AlertRuleNotFound(ServiceError):
    """There is no such rule (404)."""

    code = "alert_rule_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such rule. Somebody may have deleted it; look at the list again."


class TooManyAlertRules(ServiceError):
    """There are as many rules as there may be (409)."""

    code = "too_many_alert_rules"
    status = HTTPStatus.CONFLICT

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} rules already, and there may be no more. Delete one that is not needed.")
