"""Requests of the access matrix about administration: invitations, and erasures with their receipts."""

from service_kit.clock import new_id, utc_now
from support.access_calls import Call, Options
from support.client import PASSWORD, People, ok

ALERT_RULE = {"name": "A rule", "figure": "requests", "threshold": 1e9}


async def new_invitation_id(people: People) -> str:
    admin = await people.admin()
    return str(ok(await admin.auth("POST", "/invitations/", json={}))["id"])


async def new_erasure_id(people: People) -> str:
    """Of somebody whom an admin has deleted."""
    admin, leaver = await people.admin(), await people.register()
    return str(ok(await admin.auth("DELETE", f"/users/{leaver.username}"))["erasure_id"])


async def invitation(call: Call) -> Options:
    """The token of an invitation that nobody has used."""
    admin = await call.people.admin()
    return {"json": {"invitation": ok(await admin.auth("POST", "/invitations/", json={}))["token"]}}


async def receipt(call: Call) -> Options:
    """Of somebody who has deleted their own account."""
    leaver = await call.people.register()
    deletion = await leaver.auth("DELETE", "/users/me", json={"current_password": PASSWORD})
    return {"json": {"receipt": ok(deletion)["receipt"]}}


async def erasure_order(_call: Call) -> Options:
    """Of somebody who has nothing here."""
    return {"json": {"erasure_id": new_id(), "user_id": new_id()}}


async def alert_notice(_call: Call) -> Options:
    """Of an alert that fires; without a mail server nobody is told."""
    alert = {"rule_name": "A rule", "figure": "requests", "subject": "", "comparison": "above", "threshold": 1.0}
    happened = {"notice_id": new_id(), "state": "firing", "value": 2.0, "at": utc_now().isoformat()}
    return {"json": alert | happened}


async def new_alert_rule_id(people: People) -> str:
    admin = await people.admin()
    return str(ok(await admin.analytics("POST", "/analytics/alerts/rules", json=ALERT_RULE))["id"])
