"""`GET /roles/`."""

import httpx


class TestListRoles:
    async def test_names_the_three(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        response = await client.get("/roles/", headers=admin)
        assert response.status_code == 200
        assert [role["name"] for role in response.json()] == ["admin", "manager", "user"]
        assert all(role["description"] for role in response.json())

    async def test_may_be_read_by_managers_but_not_by_users(
        self, client: httpx.AsyncClient, manager: dict[str, str], ada: dict[str, str]
    ) -> None:
        assert (await client.get("/roles/", headers=manager)).status_code == 200
        assert (await client.get("/roles/", headers=ada)).status_code == 403
        assert (await client.get("/roles/")).status_code == 401
