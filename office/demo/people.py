"""Who works at the demo company, and who may log in with the printed password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.actions.picture import set_picture
from accounts.models import Role, User
from office.demo import texts

DOMAIN = "teendo.example"
"""A name that can never be anybody's address (RFC 2606): it marks the demo's users."""

PASSWORD = "polc-gerenda-2026"  # noqa: S105 - printed for everybody; worthless outside of the demo


SIGNATURE = "Üdvözlettel,<br><b>{name}</b><br>{company} · {position}<br>{phone}"


@dataclass(frozen=True)
class Person:
    """A user of the demo; `key` also names the picture."""

    key: str
    login: str
    family_name: str
    given_name: str
    role: Role
    position: str
    phone: str
    language: str = "en"
    former: bool = False


PEOPLE = (
    Person("zsofia", "admin", "Varga", "Zsófia", Role.ADMINISTRATOR, "office", "+36 30 400 1001"),
    Person("gergo", "manager", "Horváth", "Gergő", Role.MANAGER, "managing", "+36 30 400 1002"),
    Person("peter", "normal", "Kovács", "Péter", Role.NORMAL, "site", "+36 30 400 1003"),
    Person("daniel", "restricted", "Farkas", "Dániel", Role.RESTRICTED, "sales", "+36 30 400 1004"),
    Person("eszter", "eszter", "Nagy", "Eszter", Role.NORMAL, "sales", "+36 30 400 1005"),
    Person("reka", "reka", "Szűcs", "Réka", Role.NORMAL, "sales", "+36 30 400 1006", "hu"),
    Person("balazs", "balazs", "Tóth", "Balázs", Role.NORMAL, "sales", "", former=True),
)
FORMER = "balazs"


def make_users(language: str, now: datetime) -> dict[str, User]:
    """The users by key, with their pictures; `language` is that of their data, not of the pages."""
    positions = texts.words("position", language)
    secret, none = make_password(PASSWORD), make_password(None)
    users = {}
    for years, person in enumerate(PEOPLE, start=1):
        user = User(
            email=f"{person.login}@{DOMAIN}",
            password=none if person.former else secret,
            family_name=person.family_name,
            given_name=person.given_name,
            role=person.role,
            position=positions[person.position],
            phone=person.phone,
            language="hu" if language == "hu" else person.language,
            is_active=not person.former,
            signature=SIGNATURE,
            last_seen_at=now - timedelta(days=45 if person.former else 0, minutes=37 * years),
            joined_at=now - timedelta(days=300 + 40 * years),
            left_at=now - timedelta(days=45) if person.former else None,
        )
        user.save()
        set_picture(user, texts.picture(person.key))
        users[person.key] = user
    return users


def logins() -> str:
    """What `make run` prints: who may log in, by which address, and the one password."""
    width = max(len(person.login) for person in PEOPLE) + len(DOMAIN) + 1
    lines = [f"Log in to the demo company with the password {PASSWORD} as"]
    for person in PEOPLE:
        if not person.former:
            email = f"{person.login}@{DOMAIN}".ljust(width)
            tongue = ", in Hungarian" if person.language == "hu" else ""
            name = f"{person.family_name} {person.given_name}"
            lines.append(f"  {email}  {name}, {person.role.value}{tongue}")
    return "\n".join(lines)
