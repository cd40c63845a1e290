"""The rules of prices, inside one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from service_kit.clock import utc_now
from service_kit.locks import hold_alone
from sqlalchemy.orm import Session

from chat_server.amounts import nano_of_usd, usd_of_nano
from chat_server.db.costs import PriceVersion
from chat_server.errors import PriceInFile
from chat_server.llm.client import Price
from chat_server.prices.repository import PriceRepository
from chat_server.prices.schemas import PriceChange, PriceOut

MILLION = 1_000_000
LOCK = "prices"


class PriceService:
    """Which price holds when. A model without one costs nobody knows what: nothing is counted for it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._prices = PriceRepository(session)

    def cost(self, model: str, moment: datetime, *, prompt_tokens: int, completion_tokens: int) -> int | None:
        """What so many tokens cost at that moment, in nano USD, rounded up; None for a model without a price."""
        return self.costs([model], moment, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)[0]

    def costs(
        self, models: Sequence[str], moment: datetime, *, prompt_tokens: int, completion_tokens: int
    ) -> list[int | None]:
        """The same for several models, in their order."""
        versions = self._prices.at(models, moment)
        return [
            cost_of(versions[model], prompt_tokens, completion_tokens) if model in versions else None
            for model in models
        ]

    def record(self, prices: Mapping[str, Price]) -> None:
        """Makes what the operator's file says hold from now on. What it no longer names can be changed by admins."""
        hold_alone(self._session, LOCK)
        now = utc_now()
        known = self._prices.at([*prices, *self._prices.models()], now)
        for model, price in prices.items():
            if _differs(known.get(model), price, is_from_file=True):
                self._add(model, price, known.get(model), now, is_from_file=True)
        for model, version in known.items():
            if version.is_from_file and model not in prices:
                self._add(model, _price_of(version), version, now, is_from_file=False)

    def change(self, key: str, body: PriceChange) -> PriceOut:
        """Makes a price hold from now on; the same again changes nothing. Raises PriceInFile (409)."""
        hold_alone(self._session, LOCK)
        now = utc_now()
        known = self._prices.at([key], now).get(key)
        if known is not None and known.is_from_file:
            raise PriceInFile()
        price = Price(body.input_usd_per_million, body.output_usd_per_million)
        if known is not None and not _differs(known, price, is_from_file=False):
            return _shown(known)
        return _shown(self._add(key, price, known, now, is_from_file=False))

    def all(self) -> list[PriceOut]:
        """The prices that hold now, by model."""
        versions = self._prices.at(self._prices.models(), utc_now())
        return [_shown(versions[model]) for model in sorted(versions)]

    def history(self, key: str) -> list[PriceOut]:
        """All versions of one model's price, the newest first."""
        return [_shown(version) for version in self._prices.history(key)]

    def _add(
        self, model: str, price: Price, before: PriceVersion | None, now: datetime, *, is_from_file: bool
    ) -> PriceVersion:
        # Two changes within one tick of the clock, or a clock set back: the later one still holds.
        valid_from = max(now, before.valid_from + timedelta(microseconds=1)) if before is not None else now
        version = PriceVersion(
            model=model,
            valid_from=valid_from,
            input_nano_usd_per_million=nano_of_usd(price.input_usd_per_million),
            output_nano_usd_per_million=nano_of_usd(price.output_usd_per_million),
            is_from_file=is_from_file,
        )
        self._prices.add(version)
        return version


def cost_of(version: PriceVersion, prompt_tokens: int, completion_tokens: int) -> int:
    """Nano USD for so many tokens, rounded up."""
    millionths = (
        prompt_tokens * version.input_nano_usd_per_million + completion_tokens * version.output_nano_usd_per_million
    )
    return -(-millionths // MILLION)


def _differs(version: PriceVersion | None, price: Price, *, is_from_file: bool) -> bool:
    if version is None:
        return True
    stored = version.input_nano_usd_per_million, version.output_nano_usd_per_million, version.is_from_file
    return stored != (nano_of_usd(price.input_usd_per_million), nano_of_usd(price.output_usd_per_million), is_from_file)


def _price_of(version: PriceVersion) -> Price:
    return Price(usd_of_nano(version.input_nano_usd_per_million), usd_of_nano(version.output_nano_usd_per_million))


def _shown(version: PriceVersion) -> PriceOut:
    return PriceOut(
        model=version.model,
        input_usd_per_million=usd_of_nano(version.input_nano_usd_per_million),
        output_usd_per_million=usd_of_nano(version.output_nano_usd_per_million),
        valid_from=version.valid_from,
        is_from_file=version.is_from_file,
    )
