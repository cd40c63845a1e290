"""What feedback looks like on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from chat_server.texts import NoNul

LONGEST_COMMENT = 2_000
Rating = Literal["up", "down"]


def _none_if_blank(comment: str) -> str | None:
    return comment or None


Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_COMMENT), NoNul]


class FeedbackGiven(BaseModel):
    """What a person thinks of an answer, in the place of what they said before; without a comment there is none."""

    model_config = ConfigDict(extra="forbid")

    rating: Rating
    comment: Annotated[Comment, AfterValidator(_none_if_blank)] | None = None


class FeedbackOut(BaseModel):
    """What a person thinks of an answer."""

    rating: Rating
    comment: str | None
