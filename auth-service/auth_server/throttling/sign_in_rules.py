"""What a sign-in and the proof of a password count by."""

from service_kit.client_address import client_group

from auth_server.throttling.back_off import KNOWN_DEVICE, ONE_ACCOUNT, ONE_ADDRESS, ONE_CLIENT
from auth_server.throttling.service import Rules, Throttle
from auth_server.users.names import lookup_key


def sign_in_rules(throttle: Throttle, login: str, address: str, device: str | None) -> Rules:
    """By the typed name, whether or not it is somebody's, and by the address; a known device by itself alone."""
    if device is not None:
        return {throttle.key("device", device): KNOWN_DEVICE}
    name, client = lookup_key(login) or login, client_group(address)
    return {
        throttle.key("client", name, client): ONE_CLIENT,
        throttle.key("account", name): ONE_ACCOUNT,
        throttle.key("address", client): ONE_ADDRESS,
    }


def proof_rules(throttle: Throttle, user_id: str) -> Rules:
    """By the signed-in user: whoever holds a session must not guess its password with it."""
    return {throttle.key("proof", user_id): ONE_CLIENT}
