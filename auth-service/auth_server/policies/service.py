"""The rules on who may register, within the caller's transaction."""

from service_kit.clock import utc_now
from service_kit.errors import ServiceError
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.errors import EmailDomainNotAllowed, InvitationNeeded, RegistrationClosed
from auth_server.policies.repository import SettingRepository
from auth_server.policies.schemas import RegistrationMode, RegistrationPolicy, RegistrationPolicyOut
from auth_server.users.names import comparison_key

REGISTRATION = "registration"


class RegistrationPolicies:
    """The environment gives the first policy (`first_mode`), the database what an administrator has set since."""

    def __init__(self, session: Session, first_mode: RegistrationMode) -> None:
        self._session = session
        self._settings = SettingRepository(session)
        self._first_mode = first_mode

    def current(self) -> RegistrationPolicyOut:
        """The policy of this moment."""
        row = self._settings.find(REGISTRATION)
        if row is None:
            return RegistrationPolicyOut(mode=self._first_mode, allowed_domains=[], changed_at=None)
        return RegistrationPolicyOut(**row.value, changed_at=row.changed_at)

    def replace(self, policy: RegistrationPolicy, auditor: Auditor) -> RegistrationPolicyOut:
        """Sets the policy; it holds from the next registration on. What changes nothing leaves no audit entry."""
        before = self.current()
        domains = sorted(set(policy.allowed_domains))
        self._settings.put(REGISTRATION, {"mode": policy.mode, "allowed_domains": domains}, utc_now())
        if (before.mode, before.allowed_domains) != (policy.mode, domains):
            detail = {
                "mode": policy.mode,
                "mode_before": before.mode,
                "allowed_domains": domains,
                "allowed_domains_before": before.allowed_domains,
            }
            auditor.record(self._session, "settings.changed", Target("settings", REGISTRATION, REGISTRATION), detail)
        return self.current()

    def refusal(self, email: str) -> ServiceError | None:
        """Why somebody with this address may not register without an invitation; None when they may."""
        policy = self.current()
        if policy.mode == "closed":
            return RegistrationClosed()
        if policy.mode == "invite_only":
            return InvitationNeeded()
        return self.domain_refusal(email)

    def invited_refusal(self) -> ServiceError | None:
        """Why not even an invitation helps; None when it does."""
        return RegistrationClosed() if self.current().mode == "closed" else None

    def domain_refusal(self, email: str) -> ServiceError | None:
        """Why somebody may not take this address on their own; None when they may."""
        allowed = self.current().allowed_domains
        domain = comparison_key(email.rpartition("@")[2])
        if allowed and domain not in map(comparison_key, allowed):
            return EmailDomainNotAllowed(allowed)
        return None
