"""What signing in answers."""

from typing import Literal

from pydantic import BaseModel


class TokenOut(BaseModel):
    """An access token; it holds for `expires_in` seconds."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
