import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from accounts.audit import record
from accounts.models import AuditEntry, Company, Role, User
from accounts.models.audit import AppendOnly
from accounts.roles import Capability
from tests import make

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case_and_unique_without_case() -> None:
    make.user(email=" Anna@Example.COM ")
    assert User.objects.get().email == "anna@example.com"
    with pytest.raises(IntegrityError), transaction.atomic():
        make.user(email="ANNA@example.com")
    other = make.user()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=other.pk).update(email="Anna@Example.com")


@pytest.mark.parametrize(
    ("field", "value"), [("role", "king"), ("language", "de"), ("theme", "pink")]
)
def test_the_database_refuses_what_is_no_role_language_or_theme(field: str, value: str) -> None:
    user = make.user()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**{field: value})


def test_the_names_stand_in_the_companys_order_in_both_languages() -> None:
    company = make.company()
    user = make.user(family_name="Nagy", given_name="Eszter")
    assert (user.full_name, user.initials) == ("Nagy Eszter", "NE")
    company.name_order = "given_first"
    company.save()
    assert (user.full_name, user.initials) == ("Eszter Nagy", "EN")


def test_users_are_listed_by_the_hungarian_alphabet() -> None:
    for name in ("Zala", "Csá", "Cz", "Ádám", "Adél"):
        make.user(family_name=name, given_name="X")
    names = [user.family_name for user in User.objects.by_name()]
    assert names == ["Ádám", "Adél", "Cz", "Csá", "Zala"]


def test_saving_the_name_alone_keeps_its_folded_form() -> None:
    user = make.user()
    user.family_name = "Őry"
    user.save(update_fields=["family_name"])
    user.refresh_from_db()
    assert user.folded_name == "ory elek"


def test_there_is_one_company_only() -> None:
    make.company(name="Első")
    Company(name="Második").save()
    assert Company.objects.get().name == "Második"
    with pytest.raises(IntegrityError), transaction.atomic():
        Company.objects.bulk_create([Company(pk=2, name="Harmadik")])


def test_a_changed_company_shows_at_once_and_costs_no_query(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    company = make.company()
    assert Company.current().name == "Teszt Kft."
    company.name = "Új név"
    company.save()
    assert Company.current().name == "Új név"
    with django_assert_num_queries(0):  # type: ignore[operator]
        Company.current()


def test_roles_have_what_the_domain_says() -> None:
    has = {role: make.user(role=role) for role in Role}
    for capability in (Capability.REPORTS, Capability.EXPORT, Capability.BULK, Capability.IMPORT):
        assert [role for role in Role if has[role].has(capability)] == [
            Role.ADMINISTRATOR,
            Role.MANAGER,
        ]
    assert [role for role in Role if has[role].has(Capability.SETTINGS)] == [Role.ADMINISTRATOR]
    assert not has[Role.RESTRICTED].has(Capability.SEE_EVERYTHING)
    assert has[Role.NORMAL].has(Capability.SEE_EVERYTHING)
    former = make.user(role=Role.ADMINISTRATOR, is_active=False)
    assert not former.has(Capability.SETTINGS)


def test_the_activity_log_only_grows() -> None:
    entry = record(make.user(), "user.role", "x" * 500, {"to": "normal"})
    assert len(entry.target_text) == 200
    entry.action = "other"
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(action="other")
    with pytest.raises(AppendOnly):
        AuditEntry.objects.filter(pk=entry.pk).delete()


@override_settings(LANGUAGE_CODE="en")
def test_a_picture_address_changes_with_the_picture() -> None:
    user = make.user()
    assert user.picture_url == ""
    user.picture.name = "pictures/ab/abcd-512.webp"
    assert user.picture_at(40) == f"/u/{user.pk}/picture/64/?v=abcd"
    assert user.picture_at(96) == f"/u/{user.pk}/picture/192/?v=abcd"
    assert user.picture_at(2000) == f"/u/{user.pk}/picture/512/?v=abcd"
