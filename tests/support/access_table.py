"""The access matrix: every operation of the three services and every frame of the socket, and who may do what.

An operation or frame that is not here fails the run, and so does a row without one. Answers are in the order of
CALLERS; what a path or frame names is the owner's, whoever calls.
"""

from service_kit.clock import new_id, utc_now
from support import access_administration, access_factors, access_money
from support.access_calls import CALLERS, Call, Options, Row
from support.access_frames import FrameRow
from support.client import PASSWORD, ok, unique_name

# anonymous, bad token, deactivated, other user, owner, manager, admin, service
PUBLIC = "200 200 200 200 200 200 200 200"
SIGNED_IN = "401 401 401 200 200 200 200 401"
OWNER = "401 401 401 404 200 404 404 401"
STAFF = "401 401 401 403 403 200 200 401"
ADMINS = "401 401 401 403 403 403 200 401"
SERVICES = "401 401 401 401 401 401 401 200"
COMMON = ("/", "/health", "/ready", "/metrics")
UNDOCUMENTED = ("/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json")

ANALYTICS_LISTS = (
    *("overview", "users", "conversations", "models", "providers", "roles", "endpoints"),
    *("heatmap", "retention"),
)
SENDER_REPORT = {
    **dict.fromkeys(("waiting", "parked", "requests_waiting", "requests_dropped"), 0),
    **dict.fromkeys(("oldest_waiting_at", "last_error", "last_error_at")),
    "instance": "of-the-matrix",
    "is_in_trouble": False,
    "has_ended": True,
}


async def registration(_call: Call) -> Options:
    name = unique_name()
    return {"json": {"username": name, "email": f"{name}@example.com", "password": PASSWORD}}


async def password_form(call: Call) -> Options:
    return {"data": {"username": call.owner.username, "password": PASSWORD}}


async def refresh_token(call: Call) -> Options:
    further = await call.people.sign_in(call.owner.username, PASSWORD)
    return {"json": {"refresh_token": further.refresh_token}}


async def token_form(call: Call) -> Options:
    return {"data": {"token": call.owner.token}}


async def tokens(call: Call) -> Options:
    return {"json": {"tokens": [call.owner.token]}}


async def event(call: Call) -> Options:
    facts = {"event_id": new_id(), "event_type": "user_login", "occurred_at": utc_now().isoformat()}
    return {"json": {"events": [facts | {"source": "auth-service", "user_id": call.owner.user_id}]}}


async def reset_token(call: Call) -> Options:
    """Of a link for somebody new, whose password changes by it."""
    admin, forgetful = await call.people.admin(), await call.people.register()
    link = ok(await admin.auth("POST", f"/users/{forgetful.username}/password-reset"))["link"]
    return {"json": {"token": link.partition("#token=")[2], "new_password": "another-pass-456"}}


async def refused_calls(call: Call) -> Options:
    facts = {"user_id": call.owner.user_id, "username": call.owner.username, "method": "GET", "route": "/"}
    return {"json": {"calls": [facts | {"address": "", "request_id": "", "at": utc_now().isoformat()}]}}


async def completion(_call: Call) -> Options:
    return {"json": {"messages": [{"role": "user", "content": "[[say]]Hello"}]}}


async def branch_of_owner(call: Call) -> Options:
    """That with the first message of the conversation."""
    conversation_id = call.values["conversation_id"]
    if not (messages := await call.owner.messages(conversation_id)):
        await call.owner.ask(conversation_id, "[[say]]Hello")
        messages = await call.owner.messages(conversation_id)
    return {"json": {"message_id": messages[0]["id"]}}


async def spoken_in(call: Call) -> Options:
    """The conversation has something to share."""
    conversation_id = call.values["conversation_id"]
    if not await call.owner.messages(conversation_id):
        await call.owner.ask(conversation_id, "[[say]]Hello")
    return {"json": {"author_name": None}}


async def shared(call: Call) -> Options:
    """The conversation is shared."""
    await spoken_in(call)
    ok(await call.owner.chat("PUT", f"/conversations/{call.values['conversation_id']}/share", json={}))
    return {}


COMMON_ROWS = [
    *(Row(f"{service} GET {path}", PUBLIC) for service in ("auth", "chat", "analytics") for path in COMMON),
    *(
        Row(f"{service} GET {path}", PUBLIC, is_documented=False)
        for service in ("auth", "chat", "analytics")
        for path in UNDOCUMENTED
    ),
]
AUTH_ROWS = [
    Row("auth POST /users/", "200 401 401 200 200 200 200 401", registration),
    Row("auth GET /users/", STAFF),
    Row("auth GET /users/{username}", "401 401 401 404 200 200 200 401"),
    Row("auth PATCH /users/{username}", ADMINS, {"json": {"full_name": "Somebody"}}),
    Row("auth DELETE /users/{username}", ADMINS, uses_up="target"),
    Row("auth PUT /users/{username}/roles", ADMINS, {"json": {"roles": ["user"]}}),
    Row("auth GET /users/me", SIGNED_IN),
    Row("auth PATCH /users/me", SIGNED_IN, {"json": {"full_name": "Somebody"}}),
    Row(
        "auth PUT /users/me/password",
        SIGNED_IN,
        {"json": {"current_password": PASSWORD, "new_password": "another-pass-456"}},
        uses_up="caller",
    ),
    Row("auth POST /users/{username}/password-reset", ADMINS),
    Row("auth POST /auth/password-reset", "202 202 202 202 202 202 202 202", {"json": {"login": "nobody"}}),
    Row("auth POST /auth/password-reset/confirm", PUBLIC, reset_token),
    Row("auth GET /auth/capabilities", PUBLIC),
    Row("auth GET /roles/", STAFF),
    Row("auth GET /audit/", ADMINS),
    Row("auth GET /audit/export", ADMINS),
    Row("auth GET /internal/accounts/{user_id}", SERVICES),
    Row("auth POST /internal/refused-calls", SERVICES.replace("200", "204"), refused_calls),
    Row("auth GET /internal/alert-mails", SERVICES),
    Row("auth POST /internal/alert-mails", SERVICES.replace("200", "409"), access_administration.alert_notice),
    Row("auth POST /auth/token", PUBLIC, password_form),
    Row("auth POST /auth/refresh", PUBLIC, refresh_token),
    Row("auth POST /auth/introspect", SERVICES, token_form),
    Row("auth POST /auth/introspections", SERVICES, tokens),
    # Ends a session that has ended already, or is refused for another reason, as well.
    Row("auth POST /auth/logout", "401 401 200 200 200 200 200 401", uses_up="caller"),
    Row("auth GET /auth/sessions", SIGNED_IN),
    Row("auth DELETE /auth/sessions", SIGNED_IN, uses_up="caller"),
    Row("auth DELETE /auth/sessions/{session_id}", OWNER, uses_up="target"),
]
FACTOR_ROWS = [
    Row("auth GET /users/me/factors", SIGNED_IN),
    Row("auth POST /users/me/proof", SIGNED_IN, access_factors.proof),
    Row("auth POST /users/me/proof/options", SIGNED_IN, before=access_factors.after_passkey, uses_up="caller"),
    Row("auth POST /users/me/factors/totp", SIGNED_IN, before=access_factors.proven),
    Row("auth POST /users/me/factors/totp/confirm", SIGNED_IN, access_factors.totp_code, uses_up="caller"),
    Row("auth DELETE /users/me/factors/totp", SIGNED_IN, before=access_factors.after_totp, uses_up="caller"),
    Row("auth POST /users/me/factors/passkeys/options", SIGNED_IN, before=access_factors.proven),
    Row("auth POST /users/me/factors/passkeys", SIGNED_IN, access_factors.new_passkey, uses_up="caller"),
    Row("auth PATCH /users/me/factors/passkeys/{passkey_id}", OWNER, access_factors.renamed_passkey),
    Row("auth DELETE /users/me/factors/passkeys/{passkey_id}", OWNER, before=access_factors.proven, uses_up="target"),
    Row("auth POST /users/me/factors/recovery-codes", SIGNED_IN, before=access_factors.after_totp, uses_up="caller"),
    Row("auth GET /users/{username}/factors", STAFF),
    Row("auth DELETE /users/{username}/factors", ADMINS, uses_up="target"),
    Row("auth GET /roles/{name}/policy", STAFF),
    Row("auth PUT /roles/{name}/policy", ADMINS, {"json": {"requires_second_factor": False}}),
    Row("auth POST /auth/token/factor", PUBLIC, access_factors.code_of_second_step),
    Row("auth POST /auth/token/factor/options", PUBLIC, access_factors.token_of_second_step),
    Row("auth POST /auth/token/passkey/options", PUBLIC, before=access_factors.from_page),
    Row("auth POST /auth/token/passkey", PUBLIC, access_factors.assertion),
]
API_KEY_ROWS = [
    Row("auth POST /api-keys/", SIGNED_IN, {"json": {"name": "backup script", "scopes": ["chat"]}}),
    Row("auth GET /api-keys/", SIGNED_IN),
    Row("auth PATCH /api-keys/{key_id}", OWNER, {"json": {"name": "another name"}}),
    Row("auth DELETE /api-keys/{key_id}", OWNER, uses_up="target"),
    Row("auth GET /users/{username}/api-keys", ADMINS),
    Row("auth DELETE /users/{username}/api-keys/{key_id}", ADMINS, uses_up="target"),
]
ADMINISTRATION_ROWS = [
    Row("auth GET /settings/registration", ADMINS),
    Row("auth PUT /settings/registration", ADMINS, {"json": {"mode": "open", "allowed_domains": []}}),
    Row("auth POST /invitations/", ADMINS, {"json": {"email": None}}),
    Row("auth GET /invitations/", ADMINS),
    Row("auth DELETE /invitations/{invitation_id}", ADMINS, uses_up="target"),
    Row("auth POST /invitations/check", PUBLIC, access_administration.invitation),
    Row("auth GET /users/{username}/sessions", ADMINS),
    Row("auth DELETE /users/{username}/sessions", ADMINS, uses_up="target"),
    Row("auth DELETE /users/{username}/sessions/{session_id}", ADMINS, uses_up="target"),
    Row("auth GET /users/{username}/erasure-preview", ADMINS),
    Row("auth GET /users/me/erasure-preview", SIGNED_IN),
    Row("auth DELETE /users/me", SIGNED_IN, {"json": {"current_password": PASSWORD}}, uses_up="caller"),
    Row("auth GET /erasures/", ADMINS),
    Row("auth GET /erasures/{erasure_id}", ADMINS),
    Row("auth POST /erasures/receipt", PUBLIC, access_administration.receipt),
    Row("auth GET /users/me/export", SIGNED_IN),
]
CHAT_ROWS = [
    Row("chat POST /conversations/", SIGNED_IN, {"json": {"title": "A title"}}),
    Row("chat GET /conversations/", SIGNED_IN),
    Row("chat GET /conversations/labels", SIGNED_IN),
    Row("chat GET /conversations/{conversation_id}", OWNER),
    Row(
        "chat PATCH /conversations/{conversation_id}",
        OWNER,
        {"json": {"title": "Another title", "pinned": True, "folder": "A folder", "tags": ["a tag"]}},
    ),
    Row("chat PUT /conversations/{conversation_id}", OWNER, {"json": {"title": "Another title"}}),
    Row("chat DELETE /conversations/{conversation_id}", OWNER, uses_up="target"),
    Row("chat GET /conversations/{conversation_id}/messages", OWNER),
    Row("chat POST /conversations/{conversation_id}/messages", OWNER, {"json": {"content": "[[say]]Hello"}}),
    Row("chat GET /conversations/{conversation_id}/messages/{message_id}/events", OWNER),
    Row(
        "chat POST /conversations/{conversation_id}/messages/{question_id}/edit",
        OWNER,
        {"json": {"content": "[[say]]Hello"}},
    ),
    Row(
        "chat POST /conversations/{conversation_id}/messages/{message_id}/regenerate",
        OWNER,
        {"json": {"model": None}},
    ),
    Row(
        "chat POST /conversations/{conversation_id}/messages/{message_id}/continue",
        OWNER,
        {"json": {"model": None}},
    ),
    Row("chat PUT /conversations/{conversation_id}/branch", OWNER, branch_of_owner),
    Row("chat GET /search", SIGNED_IN, {"params": {"q": "hello"}}),
    Row(
        "chat PUT /conversations/{conversation_id}/messages/{message_id}/feedback", OWNER, {"json": {"rating": "down"}}
    ),
    Row("chat DELETE /conversations/{conversation_id}/messages/{message_id}/feedback", OWNER),
    Row("chat GET /models", SIGNED_IN),
    Row("chat GET /v1/models", SIGNED_IN),
    Row("chat GET /v1/models/{model}", SIGNED_IN),
    Row("chat POST /v1/chat/completions", SIGNED_IN, completion),
    Row("chat GET /prices", STAFF),
    Row("chat PUT /prices", ADMINS, access_money.FREE),
    Row("chat GET /budgets", STAFF),
    Row("chat POST /budgets", ADMINS, access_money.new_budget),
    Row("chat PATCH /budgets/{budget_id}", ADMINS, {"json": {"limit_usd": 2}}),
    Row("chat DELETE /budgets/{budget_id}", ADMINS, uses_up="target"),
    Row("chat GET /spending/me", SIGNED_IN),
    Row("chat POST /personas/", SIGNED_IN, {"json": {"name": "A persona"}}),
    Row("chat GET /personas/", SIGNED_IN),
    Row("chat GET /personas/{persona_id}", OWNER),
    Row("chat PATCH /personas/{persona_id}", OWNER, {"json": {"name": "Another name"}}),
    Row("chat DELETE /personas/{persona_id}", OWNER, uses_up="target"),
    Row("chat GET /export", SIGNED_IN),
    Row("chat PUT /conversations/{conversation_id}/share", OWNER, spoken_in),
    Row("chat GET /conversations/{conversation_id}/share", OWNER, before=shared),
    Row("chat DELETE /conversations/{conversation_id}/share", OWNER, before=shared),
    Row("chat GET /shares", SIGNED_IN),
    Row("chat GET /shared/{token}", PUBLIC),
    Row("chat POST /imports", SIGNED_IN, {"json": {"conversations": []}}),
    Row("chat GET /conversations/{conversation_id}/export", OWNER, {"params": {"format": "html"}}),
    Row("chat POST /internal/erasures", SERVICES, access_administration.erasure_order),
    Row("chat GET /internal/holdings/{user_id}", SERVICES),
]
ANALYTICS_ROWS = [
    Row("analytics POST /events", "401 401 401 401 401 401 401 202", event),
    Row("analytics GET /analytics/summary", STAFF),
    Row("analytics GET /analytics/me", SIGNED_IN),
    *(Row(f"analytics GET /analytics/{name}", STAFF) for name in ANALYTICS_LISTS),
    Row("analytics GET /analytics/timeseries", STAFF, {"params": {"metric": "messages"}}),
    Row("analytics GET /analytics/forecast", STAFF),
    Row("analytics GET /analytics/export.csv", STAFF, {"params": {"by": "model"}}),
    Row("analytics GET /analytics/export.json", STAFF, {"params": {"metric": "messages"}}),
    Row("analytics GET /analytics/delivery", STAFF),
    Row("analytics PUT /internal/senders", SERVICES.replace("200", "204"), {"json": SENDER_REPORT}),
    *(Row(f"analytics GET /analytics/alerts{path}", STAFF) for path in ("", "/history", "/figures", "/rules")),
    Row("analytics POST /analytics/alerts/rules", ADMINS, {"json": access_administration.ALERT_RULE}),
    Row("analytics GET /analytics/alerts/rules/{rule_id}", STAFF),
    Row("analytics PATCH /analytics/alerts/rules/{rule_id}", ADMINS, {"json": {"name": "Another name"}}),
    Row("analytics DELETE /analytics/alerts/rules/{rule_id}", ADMINS, uses_up="target"),
    Row("analytics GET /analytics/parked", ADMINS),
    Row("analytics POST /analytics/parked/retry", ADMINS),
    Row("analytics POST /internal/erasures", SERVICES, access_administration.erasure_order),
    Row("analytics GET /internal/holdings/{user_id}", SERVICES),
]
TABLE = [*COMMON_ROWS, *AUTH_ROWS, *FACTOR_ROWS, *API_KEY_ROWS, *ADMINISTRATION_ROWS, *CHAT_ROWS, *ANALYTICS_ROWS]
WITH_PATH_VALUES = [row for row in TABLE if row.path_names]

# A number is the code that the socket closes with, a word the type of the first frame that comes back, or the code of
# its error. Every frame is followed by a ping: what is done without a word is answered by a pong.
SOCKETS = ["chat SOCKET /ws/{conversation_id}", "analytics SOCKET /ws/metrics"]
METRICS_SOCKET = dict(zip(CALLERS, ["4401", "4401", "4401", "4401", "4401", "summary", "summary", "4401"], strict=True))
FRAMES = [
    FrameRow("message", "streaming", "the owner's", "4401 4401 4401 4404 ack     4404 4404 4401", uses_up=True),
    FrameRow("message", "plain",     "the owner's", "4401 4401 4401 4404 message 4404 4404 4401", uses_up=True),
    FrameRow("ping",    "streaming", "the owner's", "4401 4401 4401 4404 pong    4404 4404 4401"),
    FrameRow("ping",    "plain",     "the owner's", "4401 4401 4401 4404 pong    4404 4404 4401"),
    FrameRow("stop",    "streaming", "the owner's", "4401 4401 4401 4404 pong    4404 4404 4401"),
    FrameRow("stop",    "plain",     "the owner's", "4401 4401 4401 4404 pong    4404 4404 4401"),
    FrameRow("resume",  "streaming", "the owner's", "4401 4401 4401 4404 delta   4404 4404 4401"),
    FrameRow("resume",  "plain",     "the owner's", "4401 4401 4401 4404 streaming_mode_required 4404 4404 4401"),
    FrameRow("edit",       "streaming", "the owner's", "4401 4401 4401 4404 message_not_found   4404 4404 4401"),
    FrameRow("edit",       "plain", "the owner's", "4401 4401 4401 4404 streaming_mode_required 4404 4404 4401"),
    FrameRow("regenerate", "streaming", "the owner's", "4401 4401 4401 4404 start 4404 4404 4401", uses_up=True),
    FrameRow("regenerate", "plain", "the owner's", "4401 4401 4401 4404 streaming_mode_required 4404 4404 4401"),
    FrameRow("continue",   "streaming", "the owner's", "4401 4401 4401 4404 start 4404 4404 4401", uses_up=True),
    FrameRow("continue",   "plain", "the owner's", "4401 4401 4401 4404 streaming_mode_required 4404 4404 4401"),
    # With a conversation of one's own, the message being the owner's: in another conversation it is nobody's.
    FrameRow("stop",    "streaming", "one's own", f"4401 4401 4401 {'message_not_found ' * 4} 4401"),
    FrameRow("stop",    "plain",     "one's own", f"4401 4401 4401 {'message_not_found ' * 4} 4401"),
    *(
        FrameRow(type_, "streaming", "one's own", f"4401 4401 4401 {'message_not_found ' * 4} 4401")
        for type_ in ("edit", "regenerate", "continue")
    ),
    *(
        FrameRow(type_, "plain", "one's own", f"4401 4401 4401 {'streaming_mode_required ' * 4} 4401")
        for type_ in ("edit", "regenerate", "continue")
    ),
    FrameRow("resume",  "streaming", "one's own", f"4401 4401 4401 {'message_not_found ' * 4} 4401"),
    FrameRow("resume",  "plain",     "one's own", f"4401 4401 4401 {'streaming_mode_required ' * 4} 4401"),
]  # fmt: skip
