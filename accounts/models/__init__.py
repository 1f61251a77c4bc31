from accounts.models.audit import AuditEntry
from accounts.models.company import Company, NameOrder
from accounts.models.user import Language, Theme, User
from accounts.roles import Role

__all__ = ["AuditEntry", "Company", "Language", "NameOrder", "Role", "Theme", "User"]
