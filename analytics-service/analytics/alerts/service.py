"""The rules of alert rules, and what is shown of alerts; inside one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from service_kit.clock import new_id
from service_kit.errors import InvalidInput
from service_kit.secrets_at_rest import SecretBox
from sqlalchemy.orm import Session

from analytics.alerts.addresses import WebhookPolicy
from analytics.alerts.channels import ChannelName
from analytics.alerts.figures import ALERT_FIGURES, CUT_NAMES, SUBJECT_CUTS, cuts_of, is_known, needs_subject
from analytics.alerts.notices_repository import LastNotice, NoticeRepository
from analytics.alerts.repository import AlertRepository
from analytics.alerts.rows import Change, Rule
from analytics.alerts.schemas import AlertOut, ChangeOut, NoticeOut, RuleCreate, RuleOut
from analytics.errors import AlertRuleNotFound, TooManyAlertRules

MOST_RULES = 100
_JUDGED_BY = ("figure", "comparison", "threshold", "window_minutes", "for_minutes", "cut", "subject", "is_enabled")

LastNotices = dict[str, list[LastNotice]]  # by the ids of their rules


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """Where webhooks may go, and what seals their secrets."""

    policy: WebhookPolicy
    box: SecretBox


class AlertService:
    """What administrators do with rules, and what those who may see figures read."""

    def __init__(self, session: Session, now: datetime, webhooks: WebhookRules | None = None) -> None:
        """`webhooks`: what is needed to make or change rules."""
        self._repository = AlertRepository(session)
        self._notices = NoticeRepository(session)
        self._now = now
        self._webhooks = webhooks

    def rules(self) -> list[RuleOut]:
        """All rules, the oldest first."""
        last = self._last_notices()
        return [rule_out(rule, last) for rule in self._repository.rules()]

    def rule(self, rule_id: str) -> RuleOut:
        """One rule. Raises AlertRuleNotFound (404)."""
        return rule_out(self._existing(rule_id), self._last_notices(rule_id))

    def create(self, body: RuleCreate) -> RuleOut:
        """A new rule. Raises: InvalidInput (422); TooManyAlertRules (409)."""
        if self._repository.count() >= MOST_RULES:
            raise TooManyAlertRules(MOST_RULES)
        rule_id = new_id()
        values = self._columns(rule_id, body.model_dump())
        rule = Rule(**values, id=rule_id, created_at=self._now, updated_at=self._now)
        self._check(rule)
        self._repository.add(rule)
        return rule_out(rule, {})

    def change(self, rule_id: str, changes: dict[str, Any]) -> RuleOut:
        """Changes what is named. Where that changes when it fires, the alert begins anew, and without a word.

        Raises: AlertRuleNotFound (404); InvalidInput (422).
        """
        before = self._existing(rule_id)
        after = before._replace(**self._columns(rule_id, changes), updated_at=self._now)
        self._check(after)
        self._repository.change(after)
        if silent := _silent(after):
            self._notices.forget_rule(rule_id, *silent)
        if any(getattr(before, name) != getattr(after, name) for name in _JUDGED_BY):
            self._repository.forget_standing(rule_id)
        return rule_out(after, self._last_notices(rule_id))

    def delete(self, rule_id: str) -> None:
        """Deletes a rule; the history keeps its name. Raises AlertRuleNotFound (404)."""
        self._existing(rule_id)
        self._notices.forget_rule(rule_id, *get_args(ChannelName))
        self._repository.remove(rule_id)

    def alerts(self) -> list[AlertOut]:
        """What fires, and what will if it goes on: the first before the others, the longest first."""
        last = self._last_notices()
        shown = [
            AlertOut(rule=rule_out(one.rule, last), state=one.standing.state, since=one.standing.since, value=one.value)
            for one in self._repository.watched()
            if one.standing is not None and (one.standing.state == "firing" or one.standing.state == "pending")
        ]
        return sorted(shown, key=lambda alert: (alert.state != "firing", alert.since))

    def history(self, limit: int, before_id: str | None) -> list[ChangeOut]:
        """What became of alerts, the newest first."""
        return [_change_out(change) for change in self._repository.changes(limit, before_id)]

    def _last_notices(self, rule_id: str | None = None) -> LastNotices:
        found: LastNotices = {}
        for notice in self._notices.last(rule_id):
            found.setdefault(notice.rule_id, []).append(notice)
        return found

    def _columns(self, rule_id: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a body under the names of the columns, the secret sealed."""
        columns = dict(fields)
        if "by" in columns:
            columns["cut"] = SUBJECT_CUTS[columns.pop("by")]
        if columns.get("webhook_secret") is not None:
            plain = columns["webhook_secret"].get_secret_value().encode()
            columns["webhook_secret"] = self._rules_of_webhooks().box.seal(plain, bound_to=rule_id)
        elif "webhook_url" in columns and columns["webhook_url"] is None:
            columns["webhook_secret"] = None
        return columns

    def _check(self, rule: Rule) -> None:
        _check_figure(rule)
        if rule.webhook_url is not None:
            self._rules_of_webhooks().policy.check(rule.webhook_url)
        if (rule.webhook_url is None) != (rule.webhook_secret is None):
            raise InvalidInput("A webhook needs an address and a secret.", field="webhook_secret")

    def _rules_of_webhooks(self) -> WebhookRules:
        if self._webhooks is None:
            raise TypeError("rules are not made or changed without the rules of webhooks")
        return self._webhooks

    def _existing(self, rule_id: str) -> Rule:
        rule = self._repository.rule(rule_id)
        if rule is None:
            raise AlertRuleNotFound()
        return rule


def rule_out(rule: Rule, last_notices: LastNotices) -> RuleOut:
    """The rule as it is shown."""
    values = rule._asdict()
    del values["webhook_secret"]
    values["by"] = CUT_NAMES[values.pop("cut")]
    return RuleOut(**values, last_notices=[_notice_out(notice) for notice in last_notices.get(rule.id, ())])


def _notice_out(notice: LastNotice) -> NoticeOut:
    told: Literal["told", "given_up"] = "told" if notice.failure is None else "given_up"
    return NoticeOut(
        channel=notice.channel,
        state="waiting" if notice.done_at is None else told,
        reason=notice.failure,
        attempts=notice.attempts,
        made_at=notice.made_at,
    )


def _silent(rule: Rule) -> list[ChannelName]:
    """The ways in which the rule tells nobody."""
    told: dict[ChannelName, bool] = {"webhook": rule.webhook_url is not None, "email": rule.email}
    return [channel for channel, is_told in told.items() if not is_told]


def _check_figure(rule: Rule) -> None:
    if not is_known(rule.figure):
        raise InvalidInput(f"There is no such figure. Choose one of these: {', '.join(ALERT_FIGURES)}.", field="figure")
    if CUT_NAMES[rule.cut] not in (cuts := cuts_of(rule.figure)):
        raise InvalidInput(
            f"This figure is not known by {CUT_NAMES[rule.cut]}, only by: {', '.join(cuts)}.", field="by"
        )
    if needs_subject(rule.cut) != bool(rule.subject):
        raise InvalidInput("Name a subject where the rule is by model or provider, else none.", field="subject")


def _change_out(change: Change) -> ChangeOut:
    return ChangeOut.model_validate(change._asdict())
