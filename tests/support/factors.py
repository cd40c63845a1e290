"""What people do with second factors, as the tests of auth-service say it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp
from service_kit.clock import utc_now
from support.authenticator import SoftwareAuthenticator

PASSWORD = "testpass123"
ORIGIN = "http://localhost:3000"
STEP_SECONDS = 30
Json = dict[str, Any]


class StillClock:
    """A clock that stands, early in a time step of the codes, until the test lets time pass."""

    def __init__(self) -> None:
        beginning = int(utc_now().timestamp()) // STEP_SECONDS * STEP_SECONDS
        self._moment = datetime.fromtimestamp(beginning + 1, UTC)

    def __call__(self) -> datetime:
        return self._moment

    def advance(self, **units: float) -> None:
        """Lets time pass: `minutes=5`."""
        self._moment += timedelta(**units)

    def next_step(self) -> None:
        """Lets the app show its next code."""
        self.advance(seconds=STEP_SECONDS)


def code_at(secret: str, moment: datetime, *, steps: int = 0) -> str:
    """What an authenticator app shows at that moment, or some time steps away from it."""
    return pyotp.TOTP(secret).at(moment + timedelta(seconds=STEP_SECONDS * steps))


def wrong_code(secret: str, moment: datetime) -> str:
    """Six digits that are good at no time step near that moment."""
    good = {code_at(secret, moment, steps=steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in good)


def done(response: httpx.Response) -> Any:
    """The body of a 200."""
    assert response.status_code == 200, response.text
    return response.json()


@dataclass
class Member:
    """Somebody with an account, who may be signed in, and what they have to show for it."""

    client: httpx.AsyncClient
    now: Callable[[], datetime]
    username: str
    headers: dict[str, str]
    password: str = PASSWORD
    secret: str = ""
    codes: list[str] = field(default_factory=list)
    device: SoftwareAuthenticator = field(default_factory=lambda: SoftwareAuthenticator(ORIGIN))

    async def call(self, method: str, path: str, body: Json | None = None, **headers: str) -> httpx.Response:
        """As the page calls, from its origin."""
        return await self.client.request(
            method, path, json=body, headers=self.headers | {"Origin": self.device.origin} | headers
        )

    # What they prove and set up

    async def prove(self) -> None:
        done(await self.call("POST", "/users/me/proof", {"current_password": self.password}))

    async def enrol_totp(self) -> Json:
        """Sets the app up with a proof before it; the codes of its next time step are unused."""
        await self.prove()
        self.secret = done(await self.call("POST", "/users/me/factors/totp"))["secret"]
        return self._keep(await self.call("POST", "/users/me/factors/totp/confirm", {"code": self.shown_code()}))

    async def add_passkey(self, name: str = "Key", device: SoftwareAuthenticator | None = None) -> Json:
        await self.prove()
        options = done(await self.call("POST", "/users/me/factors/passkeys/options"))["options"]
        made = (device or self.device).create(options)
        return self._keep(await self.call("POST", "/users/me/factors/passkeys", {"name": name, "passkey": made}))

    def _keep(self, response: httpx.Response) -> Json:
        gain: Json = done(response)
        self.codes = gain["recovery_codes"] or self.codes
        return gain

    def shown_code(self, *, steps: int = 0) -> str:
        return code_at(self.secret, self.now(), steps=steps)

    def wrong_code(self) -> str:
        return wrong_code(self.secret, self.now())

    # How they sign in

    async def post_password(self, **fields: str) -> httpx.Response:
        form = {"username": self.username, "password": self.password} | fields
        return await self.client.post("/auth/token", data=form)

    async def first_step(self) -> Json:
        """The problem document that the right password alone leads to."""
        response = await self.post_password()
        assert response.status_code == 401, response.text
        problem: Json = response.json()
        return problem

    async def needs_no_factor(self) -> bool:
        return (await self.post_password()).status_code == 200

    async def factor_token(self) -> str:
        return str((await self.first_step())["factor_token"])

    async def finish(self, factor_token: str, **shown: Any) -> httpx.Response:
        return await self.call("POST", "/auth/token/factor", {"factor_token": factor_token} | shown)

    async def second_step_options(self, factor_token: str) -> Json:
        body = {"factor_token": factor_token}
        options: Json = done(await self.call("POST", "/auth/token/factor/options", body))["options"]
        return options

    async def passkey_options(self) -> Json:
        options: Json = done(await self.call("POST", "/auth/token/passkey/options"))["options"]
        return options

    async def sign_in_by_passkey(self, assertion: Json) -> httpx.Response:
        return await self.call("POST", "/auth/token/passkey", {"passkey": assertion})

    async def is_signed_in(self) -> bool:
        return (await self.call("GET", "/users/me")).status_code == 200

    def take(self, response: httpx.Response) -> None:
        """Goes on in the session that was just begun."""
        self.headers = {"Authorization": f"Bearer {done(response)['access_token']}"}


async def make_member(client: httpx.AsyncClient, now: Callable[[], datetime], username: str, **fields: Any) -> Member:
    """Registers and signs in."""
    body = {"username": username, "email": f"{username}@example.com", "password": PASSWORD} | fields
    done(await client.post("/users/", json=body))
    member = Member(client, now, username, {})
    member.take(await member.post_password())
    return member
