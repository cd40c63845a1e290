"""The tokens of invitations: made from the invitation's id, so that none is stored and one can be told again."""

import hmac
from base64 import urlsafe_b64encode

from service_kit.keys import derive_key


class InvitationTokens:
    """Makes `cvi_<mac>`. The key is derived for this purpose alone."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "invitations")

    def token(self, invitation_id: str) -> str:
        """The invitation's token; always the same."""
        mac = hmac.digest(self._key, invitation_id.encode(), "sha256")
        return f"cvi_{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
