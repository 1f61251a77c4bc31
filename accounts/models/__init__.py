from accounts.models.audit import AuditEntry
from accounts.models.company import Company, Language, NameOrder
from accounts.models.user import Theme, User
from accounts.roles import Role

__all__ = ["AuditEntry", "Company", "Language", "NameOrder", "Role", "Theme", "User"]
