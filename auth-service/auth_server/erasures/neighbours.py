"""How the other services are asked, over HTTP: to erase a person, and what they hold of one. Remembers nothing."""

from collections.abc import Awaitable
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError
from service_kit.erasures import ErasureOrder, ErasureReport, Holdings
from service_kit.service_client import NoAnswer, ServiceClient
from service_kit.tokens import TokenCodec

from auth_server.erasures.schemas import OWN, ServiceName

ERASE_SECONDS = 60.0  # years of use are erased piece by piece; an attempt that is cut off here goes on over there
LOOK_SECONDS = 2.0  # somebody waits for it
T = TypeVar("T", bound=BaseModel)


class NeighbourFailed(Exception):
    """The service did not do it; the text is a sentence. `is_away`: it would answer another order no better."""

    def __init__(self, sentence: str, *, is_away: bool) -> None:
        super().__init__(sentence)
        self.is_away = is_away


class Neighbour:
    """One HTTP client towards the `/internal` routes of another service."""

    def __init__(
        self, name: ServiceName, address: str, codec: TokenCodec, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.name = name
        self._client = ServiceClient(address, OWN, codec, answer_seconds=LOOK_SECONDS, transport=transport)

    async def erase(self, order: ErasureOrder) -> ErasureReport:
        """What it has erased. Raises NeighbourFailed."""
        sending = self._client.post_json("/internal/erasures", order.model_dump_json(), answer_seconds=ERASE_SECONDS)
        report = self._read(await self._answer(sending), ErasureReport)
        if report.erasure_id != order.erasure_id:
            raise NeighbourFailed(f"{self.name} confirmed another erasure.", is_away=False)
        return report

    async def holdings(self, user_id: str) -> dict[str, int] | None:
        """What it holds of the person, None when it does not say."""
        try:
            asking = self._client.get(f"/internal/holdings/{quote(user_id, safe='')}")
            return self._read(await self._answer(asking), Holdings).holdings
        except NeighbourFailed:
            return None

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def _answer(self, asking: Awaitable[httpx.Response]) -> httpx.Response:
        try:
            response = await asking
        except NoAnswer as error:
            raise NeighbourFailed(f"{self.name} does not answer.", is_away=True) from error
        if not response.is_success:
            is_away = response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
            raise NeighbourFailed(f"{self.name} answered {response.status_code}.", is_away=is_away)
        return response

    def _read(self, response: httpx.Response, kind: type[T]) -> T:
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise NeighbourFailed(f"{self.name} gave an answer that cannot be read.", is_away=False) from error
