"""Names a company gives in Hungarian, in English, or in both."""

from django.utils.translation import get_language


def in_language(hu: str, en: str) -> str:
    """The text of the current language, or the other one where this one is empty."""
    if (get_language() or "hu").startswith("hu"):
        return hu or en
    return en or hu
