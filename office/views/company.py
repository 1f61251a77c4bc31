"""The company's own data."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.company import CompanyChanged, remove_logo, set_logo
from accounts.decode import PictureRefused
from accounts.http import HttpRequest
from accounts.models import Company
from crm import naming, zone
from jobs.models import Job, State
from office.actions.company import change_company
from office.forms.company import CompanyForm, LogoForm
from office.forms.company_lists import find_zones, now_in
from office.views.page import for_administrators, settings_page
from web.htmx import go, toast

PAGE = "office/company/page.html"
FORM = "office/company/_form.html"
LOGO = "office/company/_logo.html"


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """All settings of the company in one form. 422 when refused or changed meanwhile."""
    company = Company.objects.get(pk=1)
    if request.method != "POST":
        return answer(request, company, CompanyForm(company=company))
    form = CompanyForm(request.POST, company=company)
    if not form.is_valid():
        return answer(request, company, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        change_company(
            actor=request.user,
            version=form.cleaned_data["version"],
            values=form.values(),
            password=form.password(),
        )
    except CompanyChanged as meanwhile:
        return _changed_meanwhile(request, meanwhile.current)
    toast(request, _("Saved"))
    return go(request, reverse("office:company"))


def answer(
    request: HttpRequest,
    company: Company,
    form: CompanyForm,
    *,
    part: str = FORM,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """The page, or a part of it, with the form as it is."""
    context = {"form": form, "company": company, "logo_form": LogoForm(), "work": _work()}
    return settings_page(request, PAGE, context | more, section="company", part=part, status=status)


def _changed_meanwhile(request: HttpRequest, current: Company) -> HttpResponse:
    """The form as typed, made for what is saved now: sent again, it holds."""
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    form = CompanyForm(typed, company=current)
    form.full_clean()
    if form.is_valid():
        form.tell_of_change(current)
    return answer(request, current, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@for_administrators
def zones(request: HttpRequest) -> HttpResponse:
    """The time zones that what is typed may mean."""
    found = [(one, now_in(one)) for one in find_zones(request.GET.get("time_zone", ""))]
    part = "office/company/_zones.html"
    return settings_page(
        request, "office/company/zones.html", {"zones": found}, section="company", part=part
    )


@require_safe
@for_administrators
def work(request: HttpRequest) -> HttpResponse:
    """How far the work is that a changed setting has started."""
    context = {"work": _work(), "is_over": True}
    part = "office/company/_work.html"
    return settings_page(request, "office/company/work.html", context, section="company", part=part)


def _work() -> list[Job]:
    jobs = Job.objects.filter(kind__in=(zone.KIND, naming.KIND))
    return list(jobs.filter(state__in=(State.QUEUED, State.RUNNING)).order_by("pk"))


@require_POST
@for_administrators
def upload_logo(request: HttpRequest) -> HttpResponse:
    """Takes a new logo; 422 with the reason when it can't be used."""
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            set_logo(form.cleaned_data["logo"].read(), actor=request.user)
        except PictureRefused as refused:
            form.add_error("logo", str(refused.message))
    if not form.errors:
        toast(request, _("The logo is changed"))
    return _logo(request, form)


@require_POST
@for_administrators
def drop_logo(request: HttpRequest) -> HttpResponse:
    """Leaves the company without a logo."""
    remove_logo(actor=request.user)
    toast(request, _("The logo is removed"))
    return _logo(request, LogoForm())


def _logo(request: HttpRequest, form: LogoForm) -> HttpResponse:
    """For htmx the logo alone: what is being typed beside it stays."""
    if not request.htmx and not form.errors:
        return go(request, reverse("office:company"))
    company = Company.objects.get(pk=1)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    whole = CompanyForm(company=company)
    return answer(request, company, whole, part=LOGO, status=status, logo_form=form)
