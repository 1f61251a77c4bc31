from accounts.models.audit import AuditEntry
from accounts.models.company import Company, Language, MailSecurity, NameOrder
from accounts.models.invitation import Invitation
from accounts.models.user import Theme, User
from accounts.roles import Role

__all__ = [
    "AuditEntry",
    "Company",
    "Invitation",
    "Language",
    "MailSecurity",
    "NameOrder",
    "Role",
    "Theme",
    "User",
]
