"""`/analytics/alerts`: what fires, for all who may see figures; the rules, for administrators to change."""

from fastapi import APIRouter
from service_kit.authentication import Administrator, Analyst
from service_kit.clock import utc_now
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from analytics.alerts.figures import ALERT_FIGURES, SUBJECT_CUTS, cuts_of
from analytics.alerts.schemas import (
    AlertOut,
    ChangeOut,
    FigureNames,
    RuleCreate,
    RuleDeleted,
    RuleOut,
    RuleUpdate,
)
from analytics.alerts.service import AlertService
from analytics.dependencies import AlertMailerDep, DatabaseDep, IdempotencyDep, WebhookRulesDep

router = APIRouter(prefix="/analytics/alerts", tags=["alerts"], responses=problem_responses(401, 403, 503))


@router.get("")
async def list_alerts(_analyst: Analyst, database: DatabaseDep) -> list[AlertOut]:
    """What fires at this moment, and what will if it goes on."""
    return await database.read(lambda session: AlertService(session, utc_now()).alerts())


@router.get("/history")
async def list_alert_changes(_analyst: Analyst, database: DatabaseDep, page: PageDep) -> list[ChangeOut]:
    """What began to fire and what was resolved within the last 90 days, the newest first."""
    before_id = page.last_id()
    changes = await database.read(lambda session: AlertService(session, utc_now()).history(page.limit + 1, before_id))
    if len(changes) > page.limit:
        page.announce_next(changes[page.limit - 1].id)
    return changes[: page.limit]


@router.get("/figures")
async def list_alert_figures(_analyst: Analyst) -> FigureNames:
    """What a rule may be about."""
    cuts_by_figure = {figure: cuts_of(figure) for figure in ALERT_FIGURES}
    return FigureNames(figures=list(ALERT_FIGURES), cuts=list(SUBJECT_CUTS), cuts_by_figure=cuts_by_figure)


@router.get("/rules")
async def list_alert_rules(_analyst: Analyst, database: DatabaseDep) -> list[RuleOut]:
    """All rules, the oldest first; there are at most 100."""
    return await database.read(lambda session: AlertService(session, utc_now()).rules())


@router.post("/rules", responses=problem_responses(409))
async def create_alert_rule(
    body: RuleCreate,
    admin: Administrator,
    database: DatabaseDep,
    webhooks: WebhookRulesDep,
    mailer: AlertMailerDep,
    idempotency: IdempotencyDep,
    idempotency_key: IdempotencyKey = None,
) -> RuleOut:
    """Make a rule. It fires once its figure has been above or below the threshold for so many minutes."""
    if body.email:
        await mailer.require()
    return await database.write(
        lambda session: idempotency.answer_once(
            session,
            scope=f"alert-rules:{admin.user_id}",
            key=idempotency_key,
            body=body,
            answer=RuleOut,
            work=lambda: AlertService(session, utc_now(), webhooks).create(body),
        )
    )


@router.get("/rules/{rule_id}", responses=problem_responses(404))
async def get_alert_rule(rule_id: str, _analyst: Analyst, database: DatabaseDep) -> RuleOut:
    """One rule."""
    return await database.read(lambda session: AlertService(session, utc_now()).rule(rule_id))


@router.patch("/rules/{rule_id}", responses=problem_responses(404))
async def change_alert_rule(
    rule_id: str,
    body: RuleUpdate,
    _admin: Administrator,
    database: DatabaseDep,
    webhooks: WebhookRulesDep,
    mailer: AlertMailerDep,
) -> RuleOut:
    """Change what is named. Where that changes when it fires, the alert begins anew."""
    if body.email:
        await mailer.require()
    changes = body.model_dump(exclude_unset=True)
    return await database.write(lambda session: AlertService(session, utc_now(), webhooks).change(rule_id, changes))


@router.delete("/rules/{rule_id}", responses=problem_responses(404))
async def delete_alert_rule(rule_id: str, _admin: Administrator, database: DatabaseDep) -> RuleDeleted:
    """Delete a rule; the history keeps its name."""
    await database.write(lambda session: AlertService(session, utc_now()).delete(rule_id))
    return RuleDeleted(message="Rule deleted")
