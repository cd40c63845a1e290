"""Requests of the access matrix about second factors: what must have happened before, and what is then sent."""

from service_kit.clock import utc_now
from support.access_calls import Call, Options
from support.authenticator import SoftwareAuthenticator
from support.client import PASSWORD, People, Person
from support.factors import Member, done

WRONG_CODE = {"code": "000000"}
NO_TOKEN = {"factor_token": "cvf_none"}


def member_of(people: People, person: Person) -> Member:
    """The person with a device for passkeys, at the page of that installation."""
    device = SoftwareAuthenticator(f"http://localhost:{people.stack.page_port}")
    return Member(people.http, utc_now, person.username, person.headers, device=device)


async def new_passkey_id(people: People, person: Person) -> str:
    return str((await member_of(people, person).add_passkey())["passkey"]["id"])


def _member(call: Call) -> Member | None:
    """The caller; None for who is refused before anything else is looked at."""
    return member_of(call.people, call.caller.person) if call.caller.is_let_in and call.caller.person else None


def _from_page(call: Call) -> Options:
    return {"headers": {"Origin": f"http://localhost:{call.people.stack.page_port}"}}


async def proven(call: Call) -> Options:
    """Nothing, by somebody who has just proven who they are."""
    if member := _member(call):
        await member.prove()
    return _from_page(call)


async def proof(_call: Call) -> Options:
    return {"json": {"current_password": PASSWORD}}


async def after_passkey(call: Call) -> Options:
    """Nothing, by somebody who has a passkey."""
    if member := _member(call):
        await member.add_passkey()
    return _from_page(call)


async def after_totp(call: Call) -> Options:
    """Nothing, by somebody who has an app and has just proven who they are."""
    if member := _member(call):
        await member.enrol_totp()
    return {}


async def totp_code(call: Call) -> Options:
    """The first code of an app."""
    member = _member(call)
    if member is None:
        return {"json": WRONG_CODE}
    await member.prove()
    member.secret = done(await member.call("POST", "/users/me/factors/totp"))["secret"]
    return {"json": {"code": member.shown_code()}}


async def new_passkey(call: Call) -> Options:
    """A passkey that the caller's device has just made; for who is refused that of somebody else."""
    member = _member(call) or member_of(call.people, await call.people.register())
    await member.prove()
    options = done(await member.call("POST", "/users/me/factors/passkeys/options"))["options"]
    return {"json": {"name": "Key", "passkey": member.device.create(options)}} | _from_page(call)


async def renamed_passkey(_call: Call) -> Options:
    return {"json": {"name": "Key"}}


async def code_of_second_step(call: Call) -> Options:
    """Of somebody new with an app, whose password was right."""
    member = member_of(call.people, await call.people.register())
    await member.enrol_totp()
    return {"json": {"factor_token": await member.factor_token(), "code": member.shown_code(steps=1)}}


async def token_of_second_step(call: Call) -> Options:
    """Of somebody new with a passkey, whose password was right."""
    member = member_of(call.people, await call.people.register())
    await member.add_passkey()
    return {"json": {"factor_token": await member.factor_token()}} | _from_page(call)


async def from_page(call: Call) -> Options:
    return _from_page(call)


async def assertion(call: Call) -> Options:
    """What the device of somebody new has signed."""
    member = member_of(call.people, await call.people.register())
    await member.add_passkey()
    return {"json": {"passkey": member.device.get(await member.passkey_options())}} | _from_page(call)
