"""What the installation says that it offers."""

from pydantic import BaseModel


class Capabilities(BaseModel):
    """What anyone may know before they sign in. Each part of the service may add to it."""

    registration_open: bool
    password_reset_by_mail: bool
