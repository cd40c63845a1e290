"""What people have enrolled, within the caller's transaction: read, counted, and reset by others."""

from sqlalchemy.orm import Session

from auth_server.db.factors import Passkey
from auth_server.factors.repository import FactorRepository, TrialRepository
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import FactorKind, FactorsOut, FactorSummary, PasskeyOut, TotpOut
from auth_server.roles.service import RoleService
from auth_server.sessions.service import SessionService
from auth_server.users.schemas import Account


class FactorService:
    """A factor is an authenticator app or a passkey. Recovery codes stand in for one and are none by themselves."""

    def __init__(self, session: Session, rules: FactorRules) -> None:
        self._factors = FactorRepository(session)
        self._trials = TrialRepository(session)
        self._roles = RoleService(session)
        self._sessions = SessionService(session, rules.sessions)

    def overview(self, account: Account) -> FactorsOut:
        """One's own factors."""
        totp = self._factors.totp(account.user_id)
        return FactorsOut(
            totp=TotpOut(created_at=totp.created_at, last_used_at=totp.last_used_at) if totp else None,
            passkeys=[passkey_out(one) for one in self._factors.passkeys(account.user_id)],
            recovery_codes_left=self._factors.unused_codes(account.user_id),
            is_required=self.is_required(account),
        )

    def summary(self, account: Account) -> FactorSummary:
        """What others may know."""
        own = self.overview(account)
        return FactorSummary(
            has_totp=own.totp is not None,
            passkey_count=len(own.passkeys),
            recovery_codes_left=own.recovery_codes_left,
            is_required=own.is_required,
        )

    def kinds(self, user_id: str) -> list[FactorKind]:
        """What the user can confirm a sign-in with; empty without a factor."""
        kinds: list[FactorKind] = []
        if self._factors.totp(user_id):
            kinds.append("totp")
        if self._factors.passkeys(user_id):
            kinds.append("passkey")
        if kinds and self._factors.unused_codes(user_id):
            kinds.append("recovery_code")
        return kinds

    def is_required(self, account: Account) -> bool:
        """Whether one of the user's roles demands a factor."""
        return self._roles.demand_second_factor(account.roles)

    def reset(self, user_id: str) -> None:
        """Takes all factors, codes and what is under way, and ends every session of the user."""
        self._factors.delete_totp(user_id)
        self._factors.delete_enrolment(user_id)
        self._factors.delete_passkeys(user_id)
        self._factors.delete_codes(user_id)
        self._trials.delete_challenges(user_id)
        self._trials.delete_attempts(user_id)
        self._sessions.revoke_all(user_id, "factors_reset")


def passkey_out(passkey: Passkey) -> PasskeyOut:
    """The passkey as its owner sees it."""
    return PasskeyOut(
        id=passkey.id,
        name=passkey.name,
        is_synced=passkey.is_synced,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
    )
