"""Budgets and spending over REST: admins set budgets, managers read them, everybody sees what they spend themselves."""

from fastapi import APIRouter
from service_kit.authentication import Administrator, Analyst, CurrentPrincipal
from service_kit.idempotency import IdempotencyKey
from service_kit.problems import problem_responses

from chat_server.budgets.schemas import BudgetCreate, BudgetDeleted, BudgetOut, BudgetUpdate, OwnSpending
from chat_server.budgets.service import BudgetService, Spender
from chat_server.dependencies import DatabaseDep, IdempotencyDep

router = APIRouter(tags=["budgets"], responses=problem_responses(401, 403))


@router.get("/budgets")
async def list_budgets(_analyst: Analyst, database: DatabaseDep) -> list[BudgetOut]:
    """All budgets, the platform's first, and where they stand."""
    return await database.read(lambda session: BudgetService(session).all())


@router.post("/budgets", responses=problem_responses(409))
async def create_budget(
    body: BudgetCreate,
    admin: Administrator,
    database: DatabaseDep,
    idempotency: IdempotencyDep,
    idempotency_key: IdempotencyKey = None,
) -> BudgetOut:
    """Limit what may be spent, from the next answer on."""
    return await database.write(
        lambda session: idempotency.answer_once(
            session,
            scope=f"budgets:{admin.user_id}",
            key=idempotency_key,
            body=body,
            answer=BudgetOut,
            work=lambda: BudgetService(session).create(body),
        )
    )


@router.patch("/budgets/{budget_id}", responses=problem_responses(404))
async def change_budget(budget_id: str, body: BudgetUpdate, _admin: Administrator, database: DatabaseDep) -> BudgetOut:
    """Set another limit; it holds at once."""
    return await database.write(lambda session: BudgetService(session).update(budget_id, body))


@router.delete("/budgets/{budget_id}", responses=problem_responses(404))
async def delete_budget(budget_id: str, _admin: Administrator, database: DatabaseDep) -> BudgetDeleted:
    """Remove the limit; what was spent stays known."""
    await database.write(lambda session: BudgetService(session).delete(budget_id))
    return BudgetDeleted(message="Budget deleted")


@router.get("/spending/me")
async def read_own_spending(user: CurrentPrincipal, database: DatabaseDep) -> OwnSpending:
    """What the caller has spent, and the budgets that hold for them."""
    spender = Spender(user.user_id, user.roles)
    return await database.read(lambda session: BudgetService(session).own(spender))
