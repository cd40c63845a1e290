"""The internal routes of analytics-service, which knows of alerts and of nobody's address."""

from fastapi import APIRouter
from service_kit.alert_notices import PATH, AlertMailed, AlertMailing, AlertNotice
from service_kit.authentication import CallingService
from service_kit.problems import problem_responses

from auth_server.alerts.service import AlertMails
from auth_server.dependencies import IdempotencyDep, PartsDep

router = APIRouter(
    tags=["internal"], generate_unique_id_function=lambda route: route.name, responses=problem_responses(401)
)


@router.get(PATH, summary="Whether mails about alerts are sent")
async def read_alert_mailing(_service: CallingService, parts: PartsDep) -> AlertMailing:
    """They are where there is a mail server."""
    return AlertMailing(is_on=parts.mailer.is_on)


@router.post(PATH, summary="Mail an alert to the administrators", responses=problem_responses(409))
async def mail_alert(
    body: AlertNotice, _service: CallingService, parts: PartsDep, idempotency: IdempotencyDep
) -> AlertMailed:
    """Queues one mail for each active administrator. The same notice again, within a day, sends nothing twice."""
    answer = await parts.database.write(
        lambda session: idempotency.answer_once(
            session,
            scope=f"POST {PATH}",
            key=body.notice_id,
            body=body,
            answer=AlertMailed,
            work=lambda: AlertMails(session).tell(body),
        )
    )
    parts.mailer.notify()
    return answer
