"""What the installation says that it offers."""

from pydantic import BaseModel

from auth_server.policies.schemas import RegistrationMode


class Capabilities(BaseModel):
    """What anyone may know before they sign in. Each part of the service may add to it."""

    registration_open: bool
    registration: RegistrationMode
    registration_domains: list[str]
    password_reset_by_mail: bool
