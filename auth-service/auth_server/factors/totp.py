"""Authenticator apps (RFC 6238): the only importer of pyotp and segno."""

import re
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError

PRODUCT = "ConvoAI"  # what the app shows above the codes
WINDOW_STEPS = 1  # a clock that is half a minute off is common (RFC 6238, section 5.2)
_CODE = re.compile("[0-9]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Provisioning:
    """What an authenticator app is told: the secret, the address that holds it, and a picture of the address."""

    secret: str
    uri: str
    qr_code: str


def new_secret() -> str:
    """160 random bits in base32, which every app takes."""
    return pyotp.random_base32()


def provisioning(secret: str, username: str) -> Provisioning:
    """What an app is told of the secret; the picture is an SVG as a data URI, dark on light in either theme."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=PRODUCT)
    picture = segno.make(uri, error="m", micro=False)
    return Provisioning(secret, uri, picture.svg_data_uri(scale=4, border=4, light="#fff", dark="#000"))


def read_totp(text: str) -> str | None:
    """The six digits, however they were spaced; None when it is no such code."""
    code = "".join(text.split())
    return code if _CODE.fullmatch(code) else None


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that the code is of, if it is this one or a neighbour; the comparison takes constant time."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=WINDOW_STEPS)
    except OTPVerificationError:
        return None
