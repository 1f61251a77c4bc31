"""The progress of a job: for who started it, administrators and managers."""

from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from jobs import runner
from jobs.models import Job, State
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    make.company()
    return Job.objects.create(kind="test", created_by=make.user(), total=10, done=3)


def get(job: Job, user: Any, **headers: str) -> Any:
    client = Client(headers=headers)
    client.force_login(user)
    return client.get(f"/jobs/{job.pk}/")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMINISTRATOR, 200),
        (Role.MANAGER, 200),
        (Role.NORMAL, 404),
        (Role.RESTRICTED, 404),
    ],
)
def test_others_see_it_only_as_administrator_or_manager(job: Job, role: str, status: int) -> None:
    assert get(job, make.user(role)).status_code == status


def test_who_started_it_sees_it_as_a_page_and_as_a_part(job: Job) -> None:
    page = get(job, job.created_by)
    part = get(job, job.created_by, **{"HX-Request": "true"})
    assert b"<html" in page.content
    assert b"<html" not in part.content
    assert b'value="30"' in part.content


def test_a_finished_job_leads_to_the_page_of_its_kind(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        runner, "_kinds", {"test": runner.Kind(lambda job, beat: {}, lambda _: "/x/")}
    )
    Job.objects.filter(pk=job.pk).update(state=State.DONE)
    assert get(job, job.created_by).headers["Location"] == "/x/"


def test_a_finished_job_asks_no_more(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, error="The file is empty.")
    answer = get(job, job.created_by, **{"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in answer
    assert "The file is empty." in answer


def test_a_job_can_be_cancelled_by_who_sees_it_and_by_no_one_else(job: Job) -> None:
    client = Client()
    client.force_login(make.user())
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    client.force_login(job.created_by)
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.state == State.CANCELLED
