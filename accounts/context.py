"""What every template knows of the company."""

from typing import Any

from django.http import HttpRequest

from accounts.models import Company


def company(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``company_logo`` with ``url`` and ``name``, None without one.

    Nobody pays for it but the pages before one is inside: a template calls it where it is drawn.
    """
    return {"company_logo": _logo}


def _logo() -> dict[str, str] | None:
    if not Company.exists() or not Company.current().logo:
        return None
    company = Company.current()
    return {"url": company.logo_url, "name": company.name}
