"""What the audit trail says of factors."""

from typing import Any

import httpx
from support.factors import Member, StillClock, done


async def entries(client: httpx.AsyncClient, admin: dict[str, str], *actions: str) -> list[dict[str, Any]]:
    """Those of the actions, the oldest first."""
    found = done(await client.get("/audit/", params={"limit": 200}, headers=admin))
    return [entry for entry in reversed(found) if entry["action"].startswith(actions)]


class TestRecorded:
    async def test_each_change_by_whom_and_about_whom(self, tess: Member, admin: dict[str, str]) -> None:
        await tess.add_passkey("Blue key")
        done(await tess.call("POST", "/users/me/factors/recovery-codes"))
        [passkey] = done(await tess.call("GET", "/users/me/factors"))["passkeys"]
        done(await tess.call("DELETE", f"/users/me/factors/passkeys/{passkey['id']}"))
        done(await tess.client.delete("/users/tess/factors", headers=admin))
        found = await entries(tess.client, admin, "factor.", "recovery_codes.")
        assert [(entry["action"], entry["actor_name"], entry["target_name"], entry["detail"]) for entry in found] == [
            ("factor.enrolled", "tess", "tess", {"kind": "totp", "name": None}),
            ("factor.enrolled", "tess", "tess", {"kind": "passkey", "name": "Blue key"}),
            ("recovery_codes.renewed", "tess", "tess", {}),
            ("factor.removed", "tess", "tess", {"kind": "passkey", "name": "Blue key"}),
            ("factor.reset", "admin", "tess", {}),
        ]

    async def test_a_used_recovery_code_and_a_wrong_code(
        self, tess: Member, admin: dict[str, str], clock: StillClock
    ) -> None:
        token = await tess.factor_token()
        await tess.finish(token, code=tess.wrong_code())
        done(await tess.finish(token, code=tess.codes[0]))
        found = await entries(tess.client, admin, "recovery_code.", "sign_in.refused")
        assert [(entry["action"], entry["target_name"], entry["detail"]) for entry in found] == [
            ("sign_in.refused", "tess", {"reason": "incorrect_code"}),
            ("recovery_code.used", "tess", {}),
        ]
        assert found[1]["actor_name"] == "tess"
        clock.next_step()
        text = (await tess.client.get("/audit/", params={"limit": 200}, headers=admin)).text
        for secret in (tess.secret, token, *tess.codes):
            assert secret not in text

    async def test_a_sign_in_by_passkey_begins_a_session_like_any_other(
        self, pia: Member, admin: dict[str, str]
    ) -> None:
        before = len(await entries(pia.client, admin, "session.begun"))
        done(await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options())))
        found = await entries(pia.client, admin, "session.begun")
        assert (len(found), found[-1]["actor_name"]) == (before + 1, "pia")

    async def test_a_changed_demand_of_a_role_once(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        for _ in range(2):
            done(await client.put("/roles/user/policy", json={"requires_second_factor": True}, headers=admin))
        [entry] = await entries(client, admin, "role.policy_changed")
        assert (entry["target_name"], entry["detail"]) == ("user", {"requires_second_factor": True})


class TestNotRecorded:
    async def test_what_was_refused_changes_nothing(self, tess: Member, admin: dict[str, str]) -> None:
        done(await tess.client.put("/roles/user/policy", json={"requires_second_factor": True}, headers=admin))
        assert (await tess.call("DELETE", "/users/me/factors/totp")).status_code == 409
        assert await entries(tess.client, admin, "factor.removed") == []
