"""A user changes their own profile, within the caller's transaction; what identifies them is recorded."""

from service_kit.errors import ServiceError
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.policies.service import RegistrationPolicies
from auth_server.roles.schemas import ADMIN
from auth_server.users.names import comparison_key
from auth_server.users.schemas import ProfileOut, ProfilePatch
from auth_server.users.service import UserService

IDENTITY = frozenset({"email", "full_name"})


class ProfileChanger:
    """How someone likes the page is their own business: preferences leave no entry."""

    def __init__(self, session: Session, auditor: Auditor, policies: RegistrationPolicies) -> None:
        self._session = session
        self._policies = policies
        self._users = UserService(session)
        self._auditor = auditor

    def update(self, user_id: str, patch: ProfilePatch) -> ProfileOut:
        """Changes what was sent.

        Raises: EmailTaken (400); EmailDomainNotAllowed (403), else whoever may not register with an address could
        take it afterwards; InvalidInput (422) for preferences over 16 KiB.
        """
        if patch.email is not None and (refusal := self._refusal(user_id, patch.email)):
            raise refusal
        profile = self._users.update_profile(user_id, patch)
        if fields := sorted(IDENTITY & patch.model_fields_set):
            target = Target("user", profile.id, profile.username)
            self._auditor.record(self._session, "user.changed", target, {"fields": list(fields)})
        return profile

    def _refusal(self, user_id: str, email: str) -> ServiceError | None:
        before = self._users.profile(user_id)
        is_free = ADMIN in before.roles or comparison_key(email) == comparison_key(before.email)
        return None if is_free else self._policies.domain_refusal(email)
