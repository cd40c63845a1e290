"""People with second factors."""

import httpx
import pytest
from support.factors import Member, StillClock, make_member


@pytest.fixture
def clock() -> StillClock:
    """The clock that codes and sessions go by."""
    return StillClock()


@pytest.fixture
async def vera(client: httpx.AsyncClient, clock: StillClock) -> Member:
    """Somebody without a factor, signed in."""
    return await make_member(client, clock, "vera")


@pytest.fixture
async def zoe(client: httpx.AsyncClient, clock: StillClock) -> Member:
    """Somebody else without a factor, signed in."""
    return await make_member(client, clock, "zoe")


@pytest.fixture
async def tess(client: httpx.AsyncClient, clock: StillClock) -> Member:
    """Somebody with an authenticator app, signed in."""
    member = await make_member(client, clock, "tess")
    await member.enrol_totp()
    return member


@pytest.fixture
async def pia(client: httpx.AsyncClient, clock: StillClock) -> Member:
    """Somebody with a passkey, signed in."""
    member = await make_member(client, clock, "pia")
    await member.add_passkey()
    return member
