"""`POST /events`, for services alone."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from service_kit.authentication import CallingService
from service_kit.problems import problem_responses
from starlette.requests import ClientDisconnect

from analytics.dependencies import IngestionMetricsDep, IngestionServiceDep, SettingsDep
from analytics.errors import BatchIncomplete, BatchTooLarge
from analytics.ingestion.parsing import parse_batch
from analytics.ingestion.schemas import Receipt, batch_body

router = APIRouter(tags=["events"])


async def read_body(request: Request, _service: CallingService, settings: SettingsDep) -> bytes:
    """The body's bytes. It asks for the service first, so that nobody else makes the service read anything.

    Raises: BatchTooLarge (413) as soon as the limit is passed, whatever length was announced; BatchIncomplete (400).
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > settings.largest_batch_bytes:
                raise BatchTooLarge(settings.largest_batch_bytes)
    except ClientDisconnect as error:
        raise BatchIncomplete() from error
    return bytes(body)


@router.post(
    "/events",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra={"requestBody": batch_body()},
    responses=problem_responses(400, 401, 413, 422, 503),
)
async def take_events(
    body: Annotated[bytes, Depends(read_body)],
    service: CallingService,
    ingestion: IngestionServiceDep,
    metrics: IngestionMetricsDep,
) -> Receipt:
    """Stores a batch of at most 1,000 events, all or none, and counts each event once.

    An event of unknown type or form is parked with the reason, and keeps no other from being counted.

    Sending a batch again is harmless: the `event_id` of each event does what an `Idempotency-Key` does elsewhere.
    Fields that are not listed here are not stored.
    """
    receipt = await ingestion.store(parse_batch(body), service.username)
    metrics.note(receipt)
    return receipt
