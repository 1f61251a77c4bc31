"""The first act: a company, its administrator and its modules, all at once or not at all."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import Company, Role, User
from modules.actions.start import start_modules, start_types


class AlreadySetUp(Exception):
    """Somebody else was first."""


@dataclass(frozen=True)
class Start:
    """What the set-up asks for."""

    company_name: str
    language: str
    time_zone: str
    family_name: str
    given_name: str
    email: str
    password: str


def is_needed() -> bool:
    """Whether nothing exists yet. Answered from the cache as soon as a company does."""
    return not Company.exists() and not User.objects.exists()


def set_up(start: Start) -> User:
    """Makes the company, its first administrator, todo types and modules.

    Raises AlreadySetUp if a company or a user exists, also one that another request makes at
    the same time: the company's row has a fixed key, so the database lets only one in.
    """
    try:
        with transaction.atomic():
            company = Company(
                pk=1, name=start.company_name, language=start.language, time_zone=start.time_zone
            )
            company.save(force_insert=True)
            if User.objects.exists():
                raise AlreadySetUp
            user = User.objects.create_user(
                start.email,
                start.password,
                family_name=start.family_name,
                given_name=start.given_name,
                role=Role.ADMINISTRATOR,
                language=start.language,
            )
            start_types()
            start_modules()
            record(user, "company.set_up", company.name, {"user": user.pk})
    except IntegrityError as second:
        # Only the company's key can collide: everything else is made after it, in its shadow.
        if Company.objects.exists():
            raise AlreadySetUp from second
        raise
    finally:
        Company.forget()
    return user
