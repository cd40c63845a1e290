"""The callers of the access matrix, what they own, and how a cell is called. The rows: `access_table`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import httpx
from service_kit.tokens import TokenCodec
from support.access_administration import new_alert_rule_id, new_erasure_id, new_invitation_id
from support.access_calls import Call, Caller, Options, Row, Target
from support.access_factors import new_passkey_id
from support.access_money import new_budget_id
from support.client import PASSWORD, People, Person, ok, unique_name

ROLES_OF = {"manager": ["manager", "user"], "admin": ["admin", "user"]}
FORGER = TokenCodec("a-secret-that-none-of-the-services-has")


class Cast:
    """The callers, each signed in once, and what they own, each thing made when it is first asked for."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._callers: dict[str, Caller] = {}
        self._belongings: dict[tuple[str, str], str] = {}
        self._apart: dict[str, Target] = {}
        self._admin: Person | None = None

    async def caller(self, kind: str) -> Caller:
        if kind == "service":  # whose token ends within minutes, and the rows take longer
            return await self.understudy(kind)
        if kind not in self._callers:
            self._callers[kind] = await self.understudy(kind)
        return self._callers[kind]

    async def understudy(self, kind: str) -> Caller:
        """Somebody new of that kind."""
        if kind == "anonymous":
            return Caller(kind, None)
        if kind == "service":
            return Caller(kind, self.people.stack.codec.sign_service("chat-service"))
        person = await self._new_person(ROLES_OF.get(kind, []))
        if kind == "bad token":
            return Caller(kind, _forged(person, self.people.stack.codec))
        if kind == "deactivated":
            admin = await self.admin()
            ok(await admin.auth("PATCH", f"/users/{person.username}", json={"is_active": False}))
        return Caller(kind, person.token, person)

    async def person(self, kind: str) -> Person:
        """The caller of that kind, who is somebody."""
        person = (await self.caller(kind)).person
        assert person is not None
        return person

    async def admin(self) -> Person:
        """The first admin, who is no caller of the matrix."""
        if self._admin is None:
            self._admin = await self.people.admin()
        return self._admin

    async def _new_person(self, roles: list[str]) -> Person:
        person = await self.people.register()
        if roles:
            ok(await (await self.admin()).auth("PUT", f"/users/{person.username}/roles", json={"roles": roles}))
        return person

    async def belonging(self, kind: str, name: str) -> str:
        """The caller's own value of that name in a path or frame."""
        if (kind, name) not in self._belongings:
            made = {other: value for (owner, other), value in self._belongings.items() if owner == kind}
            self._belongings[kind, name] = await MAKERS[name](self, await self.person(kind), made)
        return self._belongings[kind, name]

    async def target(self, row: Row) -> Target:
        """What the owner owns of what the row's path names."""
        if APART & set(row.path_names):
            if row.path not in self._apart:
                self._apart[row.path] = await self.new_target(row)
            return self._apart[row.path]
        values = {name: await self.belonging("owner", name) for name in row.path_names}
        return Target(await self.person("owner"), values)

    async def new_target(self, row: Row) -> Target:
        """What an owner owns of it, made for one call; somebody new owns it if the call is about a person."""
        is_somebody_new = ("username" in row.path_names) or APART & set(row.path_names)
        owner = await (self._new_person([]) if is_somebody_new else self.person("owner"))
        values: dict[str, str] = {}
        for name in row.path_names:
            values[name] = await MAKERS[name](self, owner, values)
        return Target(owner, values)

    async def answer(self, row: Row, kind: str) -> httpx.Response:
        """What the caller is told by the operation, with the owner's things and a valid request."""
        return await self.call(row, *await self.parties(row, kind))

    async def parties(self, row: Row, kind: str) -> tuple[Caller, Target]:
        """Who calls about what; made anew where the call is going to use it up."""
        is_made_anew = row.allows(kind)
        target = await (self.new_target if row.uses_up == "target" and is_made_anew else self.target)(row)
        if row.uses_up == "caller" and is_made_anew:
            return await self.understudy(kind), target
        return Caller(kind, target.owner.token, target.owner) if kind == "owner" else await self.caller(kind), target

    async def call(self, row: Row, caller: Caller, target: Target, **values: str) -> httpx.Response:
        """The answer to the row's request; `values` stand in the path instead of the target's."""
        return await self.send(row, caller, {**target.values, **values}, await self.request(row, caller, target))

    async def request(self, row: Row, caller: Caller, target: Target) -> Options:
        """A valid request."""
        make = row.before or row.request
        return make if isinstance(make, dict) else await make(Call(self.people, caller, target.owner, target.values))

    async def send(self, row: Row, caller: Caller, values: Mapping[str, str], request: Options) -> httpx.Response:
        """The answer to a request of one's own making."""
        url = self.address(row.service) + row.path.format(**values)
        options = request | {"headers": caller.headers | request.get("headers", {})}
        return await self.people.http.request(row.method, url, **options)

    def address(self, service: str) -> str:
        stack = self.people.stack
        return {"auth": stack.auth, "chat": stack.chat, "analytics": stack.analytics}[service].address


def _forged(person: Person, codec: TokenCodec) -> str:
    """The person's own token, but signed by somebody else."""
    claims = codec.verify(person.token, "access")
    return FORGER.sign_access(
        username=claims.username,
        user_id=claims.user_id,
        roles=claims.roles,
        session_id=claims.session_id,
        lifetime=timedelta(hours=1),
    )


async def _username(_cast: Cast, person: Person, _made: Mapping[str, str]) -> str:
    return person.username


async def _user_id(_cast: Cast, person: Person, _made: Mapping[str, str]) -> str:
    return person.user_id


async def _session_id(cast: Cast, person: Person, _made: Mapping[str, str]) -> str:
    """Of a further sign-in, so that ending it leaves the person signed in."""
    further = await cast.people.sign_in(person.username, PASSWORD)
    return cast.people.stack.codec.verify(further.token, "access").session_id


async def _conversation_id(_cast: Cast, person: Person, _made: Mapping[str, str]) -> str:
    return await person.new_conversation()


async def cut_off_exchange(person: Person, conversation_id: str) -> tuple[str, str]:
    """The ids of a message and of its answer, which broke off; asked for again it is whole."""
    text = f"[[cut=3]][[times=1]][[say]]Nobody else may read this, {unique_name()}"
    assert (await person.send(conversation_id, text)).status_code == 502
    question, answer = (await person.messages(conversation_id))[-2:]
    return question["id"], answer["id"]


async def _question_id(_cast: Cast, person: Person, made: Mapping[str, str]) -> str:
    return (await cut_off_exchange(person, made.get("conversation_id") or await person.new_conversation()))[0]


async def _message_id(_cast: Cast, person: Person, made: Mapping[str, str]) -> str:
    return (await cut_off_exchange(person, made.get("conversation_id") or await person.new_conversation()))[1]


async def _share_token(_cast: Cast, person: Person, _made: Mapping[str, str]) -> str:
    """Of a conversation of its own, which nobody withdraws."""
    conversation_id = await person.new_conversation()
    await person.ask(conversation_id, "[[say]]Hello")
    return str(ok(await person.chat("PUT", f"/conversations/{conversation_id}/share", json={}))["token"])


async def _key_id(_cast: Cast, person: Person, _made: Mapping[str, str]) -> str:
    return str(ok(await person.auth("POST", "/api-keys/", json={"name": "a key", "scopes": ["chat"]}))["id"])


async def _persona_id(_cast: Cast, person: Person, _made: Mapping[str, str]) -> str:
    return str(ok(await person.chat("POST", "/personas/", json={"name": "a persona"}))["id"])


async def _role_name(_cast: Cast, _person: Person, _made: Mapping[str, str]) -> str:
    return "user"  # nobody's, and the same for all


async def _listed_model(_cast: Cast, _person: Person, _made: Mapping[str, str]) -> str:
    return "gpt-4"  # nobody's, and the same for all


# What only somebody apart from the other owners can have: who has a passkey no longer signs in by the password alone.
APART = {"passkey_id"}
# How a person gets what stands in a path or frame. A name that is not here fails the run.
MAKERS: dict[str, Callable[[Cast, Person, Mapping[str, str]], Awaitable[str]]] = {
    "username": _username,
    "session_id": _session_id,
    "conversation_id": _conversation_id,
    "question_id": _question_id,
    "message_id": _message_id,
    "key_id": _key_id,
    "token": _share_token,
    "persona_id": _persona_id,
    "name": _role_name,
    "user_id": _user_id,
    "rule_id": lambda cast, _person, _made: new_alert_rule_id(cast.people),
    "invitation_id": lambda cast, _person, _made: new_invitation_id(cast.people),
    "model": _listed_model,
    "budget_id": lambda cast, _person, _made: new_budget_id(cast.people),
    "erasure_id": lambda cast, _person, _made: new_erasure_id(cast.people),
    "passkey_id": lambda cast, person, _made: new_passkey_id(cast.people, person),
}
