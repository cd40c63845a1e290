"""What prices look like on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chat_server.texts import NoNul

UsdPerMillion = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class PriceChange(BaseModel):
    """What a model costs from now on, in US dollars per million tokens. `model` is one that `GET /models` lists."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, Field(min_length=1, max_length=200), NoNul]
    input_usd_per_million: UsdPerMillion
    output_usd_per_million: UsdPerMillion


class PriceOut(BaseModel):
    """What a model costs since `valid_from`, in US dollars per million tokens.

    `model` is the name that the price is kept under; with several providers it is `provider/model`. `is_from_file`: the
    operator's file says so, and it is changed there.
    """

    model: str
    input_usd_per_million: float
    output_usd_per_million: float
    valid_from: datetime
    is_from_file: bool
