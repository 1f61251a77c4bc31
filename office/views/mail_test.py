""" "Send me a test": a letter through the mail server as it stands in the form."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.http import HttpRequest
from accounts.mail import MailFailed, send_test
from accounts.models import Company
from office.forms.company import CompanyForm
from office.views.company import answer
from office.views.page import for_administrators

PART = "office/company/_mail_test.html"


@require_POST
@for_administrators
def test(request: HttpRequest) -> HttpResponse:
    """Hands a letter over while one waits, and says in words what went wrong. Saves nothing."""
    company = Company.objects.get(pk=1)
    form = CompanyForm(request.POST, company=company)
    form.is_valid()
    refused = HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.cleaned_data.get("mail_host") or not form.mail_is_right():
        return answer(request, company, form, part=PART, status=refused, test={"unfit": True})
    server = form.server()
    told: dict[str, object] = {"to": request.user.email}
    try:
        send_test(server, request.user.email)
    except MailFailed as failed:
        told |= {"reason": failed.reason, "answer": failed.answer}
    data = {"host": server.host, "sent": "reason" not in told}
    audit.record(request.user, "company.mail_tested", server.host, data)
    status = refused if "reason" in told else HTTPStatus.OK
    return answer(request, company, form, part=PART, status=status, test=told)
