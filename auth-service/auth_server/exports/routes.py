"""The export of one's own account."""

from fastapi import APIRouter, Response
from service_kit.problems import problem_responses

from auth_server.dependencies import ApiKeyRulesDep, CurrentUser, DatabaseDep
from auth_server.exports.schemas import AccountExport
from auth_server.exports.service import AccountExports
from auth_server.factors.dependencies import FactorRulesDep

FILE_NAME = "convoai-account.json"
router = APIRouter(prefix="/users/me", tags=["profile"], generate_unique_id_function=lambda route: route.name)


@router.get("/export", summary="Export your account", responses=problem_responses(401))
async def export_account(
    caller: CurrentUser,
    database: DatabaseDep,
    rules: FactorRulesDep,
    key_rules: ApiKeyRulesDep,
    response: Response,
) -> AccountExport:
    """Your profile, sign-ins, factors, API keys and what you did, as a file; no secret is in it."""
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return await database.read(lambda session: AccountExports(session, rules, key_rules).account(caller))
