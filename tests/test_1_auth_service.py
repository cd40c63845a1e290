"""Users, roles, tokens and passwords, over HTTP against the running auth-service."""

import asyncio
import base64
import json
from datetime import timedelta

import httpx
import pytest
from service_kit.clock import new_id
from service_kit.tokens import TokenCodec
from support.client import PASSWORD, Json, People, Person, assert_problem, ok, unique_name
from support.stack import ADMIN_PASSWORD, ADMIN_USERNAME

THIRTY_DAYS_SECONDS = 43_200 * 60
USER_FIELDS = {"id", "username", "email", "full_name", "roles", "is_active", "created_at", "last_login_at"}


async def register(people: People, headers: dict[str, str] | None = None, **fields: object) -> httpx.Response:
    name = unique_name()
    body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD} | fields
    return await people.http.post(f"{people.stack.auth.address}/users/", json=body, headers=headers)


def claims_of(token: str) -> Json:
    payload = token.split(".")[1]
    claims: Json = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


class TestRegister:
    async def test_answers_the_user_without_a_trace_of_the_password(self, people: People) -> None:
        response = await register(people, full_name="Ada Lovelace")
        user = ok(response)
        assert user.keys() == USER_FIELDS
        assert (user["full_name"], user["roles"], user["is_active"]) == ("Ada Lovelace", ["user"], True)
        assert user["last_login_at"] is None
        assert PASSWORD not in response.text

    @pytest.mark.parametrize("roles", [["admin"], ["user", "admin"], ["manager"], []])
    async def test_nobody_chooses_their_own_roles(self, people: People, roles: list[str]) -> None:
        name = unique_name()
        assert_problem(await register(people, username=name, roles=roles), 403)
        assert_problem(await people.post_token(name, PASSWORD), 401)

    async def test_a_user_cannot_give_roles_either(self, people: People, alice: Person) -> None:
        assert_problem(await register(people, headers=alice.headers, roles=["admin"]), 403)

    async def test_an_admin_can(self, people: People, admin: Person) -> None:
        user = ok(await register(people, headers=admin.headers, roles=["manager", "user"]))
        assert sorted(user["roles"]) == ["manager", "user"]

    @pytest.mark.parametrize("change", [str, str.upper, str.title])
    async def test_a_taken_name_is_refused_whatever_its_case(self, people: People, alice: Person, change: type) -> None:
        problem = assert_problem(await register(people, username=change(alice.username)), 400)
        assert "already registered" in problem["detail"]

    async def test_a_taken_address_is_refused_whatever_its_case(self, people: People, alice: Person) -> None:
        problem = assert_problem(await register(people, email=f"{alice.username}@EXAMPLE.com".upper()), 400)
        assert "already registered" in problem["detail"]

    async def test_of_many_at_once_under_one_name_exactly_one_succeeds(self, people: People) -> None:
        name = unique_name()
        answers = await asyncio.gather(
            *(register(people, username=name, email=f"{unique_name()}@example.com") for _ in range(8))
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7

    @pytest.mark.parametrize(
        "password", ["short1", "onlyletters", "1234567890", "password1", "Password1", "a1" * 65, "qwerty123"]
    )
    async def test_a_weak_password_is_refused(self, people: People, password: str) -> None:
        problem = assert_problem(await register(people, password=password), 422)
        assert "body.password" in {error["field"] for error in problem["errors"]}

    async def test_the_own_name_is_no_password(self, people: People) -> None:
        name = f"charlotte{unique_name()[-6:]}9"
        assert_problem(await register(people, username=name, password=name), 422)

    @pytest.mark.parametrize("password", ["пароль-длинный7", "日本語のパスワード8", "a1" * 64])
    async def test_passwords_of_any_script_and_length_sign_in(self, people: People, password: str) -> None:
        user = ok(await register(people, password=password))
        await people.sign_in(user["username"], password)
        # Beyond 72 bytes, where bcrypt alone would stop looking, every character still counts.
        assert_problem(await people.post_token(user["username"], password[:-1] + "x"), 401)

    async def test_the_same_idempotency_key_answers_the_same_user(self, people: People) -> None:
        name = unique_name()
        fields = {"username": name, "email": f"{name}@example.com"}
        headers = {"Idempotency-Key": new_id()}
        first, second = [ok(await register(people, headers=headers, **fields)) for _ in range(2)]
        assert first == second
        assert_problem(await register(people, headers=headers, username=f"{name}x"), 422)


class TestSignIn:
    async def test_gives_a_bearer_token_for_thirty_days(self, people: People, alice: Person) -> None:
        answer = ok(await people.post_token(alice.username, PASSWORD))
        assert (answer["token_type"], answer["expires_in"]) == ("bearer", THIRTY_DAYS_SECONDS)
        claims = claims_of(answer["access_token"])
        assert (claims["sub"], claims["user_id"], claims["roles"]) == (alice.username, alice.user_id, ["user"])
        assert (claims["typ"], claims["iss"]) == ("access", "convoai")
        assert claims["exp"] - claims["iat"] == THIRTY_DAYS_SECONDS
        assert {"sid", "jti"} <= claims.keys()

    async def test_name_and_address_count_in_any_case(self, people: People, alice: Person) -> None:
        upper = await people.sign_in(alice.username.upper(), PASSWORD)
        assert upper.user_id == alice.user_id

    async def test_wrong_and_unknown_are_answered_alike(self, people: People, alice: Person) -> None:
        wrong = await people.post_token(alice.username, "wrong-password-1")
        unknown = await people.post_token(unique_name(), "wrong-password-1")
        about_wrong, about_unknown = assert_problem(wrong, 401), assert_problem(unknown, 401)
        assert about_wrong["detail"] == "Incorrect username or password"
        assert about_wrong | {"request_id": ""} == about_unknown | {"request_id": ""}
        assert wrong.headers["WWW-Authenticate"] == "Bearer"

    async def test_notes_when_it_happened(self, people: People, alice: Person) -> None:
        before = ok(await alice.auth("GET", "/users/me"))["last_login_at"]
        again = await people.sign_in(alice.username, PASSWORD)
        assert ok(await again.auth("GET", "/users/me"))["last_login_at"] > before

    async def test_missing_fields_are_422(self, people: People) -> None:
        answer = await people.http.post(f"{people.stack.auth.address}/auth/token", data={"username": "someone"})
        assert_problem(answer, 422)


class TestToken:
    @pytest.mark.parametrize("name", ["auth", "chat"])
    async def test_an_expired_one_is_refused_everywhere(self, people: People, name: str) -> None:
        person = people.with_token_alone(lifetime=timedelta(seconds=-1))
        path = {"auth": "/users/me", "chat": "/conversations/"}[name]
        assert_problem(await getattr(person, name)("GET", path), 401)

    async def test_one_signed_with_another_secret_is_refused(self, people: People, alice: Person) -> None:
        forged = TokenCodec("x" * 48).sign_access(
            username=alice.username,
            user_id=alice.user_id,
            roles=["admin"],
            session_id=new_id(),
            lifetime=timedelta(hours=1),
        )
        for response in (
            await alice.auth("GET", "/users/", headers={"Authorization": f"Bearer {forged}"}),
            await alice.chat("GET", "/conversations/", headers={"Authorization": f"Bearer {forged}"}),
            await alice.analytics("GET", "/analytics/summary", headers={"Authorization": f"Bearer {forged}"}),
        ):
            assert_problem(response, 401)

    async def test_one_without_a_signature_is_refused(self, alice: Person) -> None:
        head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
        unsigned = f"{head}.{alice.token.split('.')[1]}."
        assert_problem(await alice.chat("GET", "/conversations/", headers={"Authorization": f"Bearer {unsigned}"}), 401)

    async def test_a_services_token_is_no_persons(self, people: People, alice: Person) -> None:
        headers = {"Authorization": f"Bearer {people.stack.codec.sign_service('chat-service')}"}
        assert_problem(await alice.chat("GET", "/conversations/", headers=headers), 401)
        assert_problem(await alice.auth("GET", "/users/me", headers=headers), 401)


class TestProfile:
    async def test_is_the_callers_own(self, alice: Person) -> None:
        profile = ok(await alice.auth("GET", "/users/me"))
        assert profile["username"] == alice.username
        assert profile["id"] == alice.user_id
        assert profile["preferences"] == {"theme": "system", "language": "system"}

    async def test_keeps_what_is_changed_and_nothing_else(self, alice: Person) -> None:
        changes = {"full_name": "Alice", "preferences": {"theme": "dark", "language": "de", "sidebar": "narrow"}}
        ok(await alice.auth("PATCH", "/users/me", json=changes))
        ok(await alice.auth("PATCH", "/users/me", json={"preferences": {"theme": "light"}}))
        profile = ok(await alice.auth("GET", "/users/me"))
        assert profile["full_name"] == "Alice"
        assert profile["preferences"] == {"theme": "light", "language": "de", "sidebar": "narrow"}
        assert profile["email"] == f"{alice.username}@example.com"

    @pytest.mark.parametrize("field", ["roles", "is_active", "username", "id"])
    async def test_does_not_take_what_only_admins_may(self, alice: Person, field: str) -> None:
        values: Json = {"roles": ["admin"], "is_active": False, "username": unique_name(), "id": new_id()}
        assert_problem(await alice.auth("PATCH", "/users/me", json={field: values[field]}), 422)

    async def test_does_not_take_another_persons_address(self, alice: Person, bob: Person) -> None:
        answer = await alice.auth("PATCH", "/users/me", json={"email": f"{bob.username}@example.com"})
        assert "already registered" in assert_problem(answer, 400)["detail"]


class TestChangePassword:
    NEW = "another-pass-456"

    async def test_takes_effect_at_once(self, people: People, alice: Person) -> None:
        body = {"current_password": PASSWORD, "new_password": self.NEW}
        ok(await alice.auth("PUT", "/users/me/password", json=body))
        assert_problem(await people.post_token(alice.username, PASSWORD), 401)
        await people.sign_in(alice.username, self.NEW)

    async def test_needs_the_current_one(self, people: People, alice: Person) -> None:
        body = {"current_password": "not-my-pass-1", "new_password": self.NEW}
        assert_problem(await alice.auth("PUT", "/users/me/password", json=body), 400)
        await people.sign_in(alice.username, PASSWORD)

    async def test_refuses_a_weak_new_one(self, people: People, alice: Person) -> None:
        body = {"current_password": PASSWORD, "new_password": "password1"}
        assert_problem(await alice.auth("PUT", "/users/me/password", json=body), 422)
        await people.sign_in(alice.username, PASSWORD)


class TestAdministration:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/users/", None),
            ("GET", "/users/{other}", None),
            ("PATCH", "/users/{other}", {"full_name": "x"}),
            ("DELETE", "/users/{other}", None),
            ("PUT", "/users/{other}/roles", {"roles": ["admin"]}),
            ("PUT", "/users/{self}/roles", {"roles": ["admin"]}),
            ("GET", "/roles/", None),
        ],
    )
    async def test_a_user_may_not(self, alice: Person, bob: Person, method: str, path: str, body: Json | None) -> None:
        answer = await alice.auth(method, path.format(other=bob.username, self=alice.username), json=body)
        assert answer.status_code in (403, 404)
        assert_problem(answer, answer.status_code)
        assert ok(await bob.auth("GET", "/users/me"))["full_name"] is None

    async def test_a_manager_reads_and_does_not_change(self, people: People, bob: Person) -> None:
        manager = await people.register(roles=["manager"])
        assert ok(await manager.auth("GET", f"/users/{bob.username}"))["username"] == bob.username
        assert {role["name"] for role in ok(await manager.auth("GET", "/roles/"))} == {"admin", "manager", "user"}
        assert_problem(await manager.auth("PATCH", f"/users/{bob.username}", json={"full_name": "x"}), 403)
        assert_problem(await manager.auth("PUT", f"/users/{bob.username}/roles", json={"roles": ["admin"]}), 403)

    async def test_lists_everyone_once_page_by_page(self, people: People, admin: Person) -> None:
        names = {(await people.register()).username for _ in range(5)}
        listed: list[str] = []
        path: str | None = "/users/?limit=2"
        while path:
            response = await admin.auth("GET", path)
            listed += [user["username"] for user in ok(response)]
            path = response.links.get("next", {}).get("url")
        assert names <= set(listed)
        assert len(listed) == len(set(listed))

    async def test_roles_count_from_the_next_sign_in(self, people: People, admin: Person, alice: Person) -> None:
        ok(await admin.auth("PUT", f"/users/{alice.username}/roles", json={"roles": ["manager", "user"]}))
        promoted = await people.sign_in(alice.username, PASSWORD)
        assert sorted(claims_of(promoted.token)["roles"]) == ["manager", "user"]
        assert_problem(await admin.auth("PUT", f"/users/{alice.username}/roles", json={"roles": ["emperor"]}), 422)

    async def test_a_closed_account_neither_signs_in_nor_acts(
        self, people: People, admin: Person, alice: Person
    ) -> None:
        ok(await admin.auth("PATCH", f"/users/{alice.username}", json={"is_active": False}))
        assert_problem(await people.post_token(alice.username, PASSWORD), 401)
        assert_problem(await alice.auth("GET", "/users/me"), 401)
        ok(await admin.auth("PATCH", f"/users/{alice.username}", json={"is_active": True}))
        await people.sign_in(alice.username, PASSWORD)

    async def test_a_deleted_user_is_gone(self, people: People, admin: Person, alice: Person) -> None:
        ok(await admin.auth("DELETE", f"/users/{alice.username}"))
        assert_problem(await people.post_token(alice.username, PASSWORD), 401)
        assert_problem(await alice.auth("GET", "/users/me"), 401)
        assert_problem(await admin.auth("GET", f"/users/{alice.username}"), 404)

    async def test_the_last_admin_stays_one(self, people: People, admin: Person) -> None:
        for answer in (
            await admin.auth("PUT", f"/users/{ADMIN_USERNAME}/roles", json={"roles": ["user"]}),
            await admin.auth("PATCH", f"/users/{ADMIN_USERNAME}", json={"is_active": False}),
            await admin.auth("DELETE", f"/users/{ADMIN_USERNAME}"),
        ):
            assert_problem(answer, 409)
        again = await people.sign_in(ADMIN_USERNAME, ADMIN_PASSWORD)
        assert sorted(claims_of(again.token)["roles"]) == ["admin", "user"]
