"""Logging in and out, and a forgotten password: allauth's views with our forms and answers."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from allauth.account import views as allauth_views
from django.http import HttpResponse

from accounts.forms.login import (
    ChangePasswordForm,
    LoginForm,
    NewPasswordForm,
    ResetPasswordForm,
)

if TYPE_CHECKING:
    from django.views.generic.edit import FormView

    Base = FormView[Any]
else:
    Base = object


class Refusing(Base):
    """Answers a refused form with 422, and with 429 when there were too many attempts."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = (
            HTTPStatus.TOO_MANY_REQUESTS
            if form.has_error("__all__", "too_many_login_attempts")
            else HTTPStatus.UNPROCESSABLE_ENTITY
        )
        return response


class Login(Refusing, allauth_views.LoginView):  # type: ignore[misc]
    form_class = LoginForm
    template_name = "account/login.html"


class Reset(Refusing, allauth_views.PasswordResetView):  # type: ignore[misc]
    form_class = ResetPasswordForm
    template_name = "account/password_reset.html"


class ResetFromKey(Refusing, allauth_views.PasswordResetFromKeyView):  # type: ignore[misc]
    form_class = NewPasswordForm
    template_name = "account/password_reset_from_key.html"


class ChangePassword(Refusing, allauth_views.PasswordChangeView):  # type: ignore[misc]
    form_class = ChangePasswordForm
    template_name = "account/password_change.html"


login = Login.as_view()
logout = allauth_views.logout
reset = Reset.as_view()
reset_done = allauth_views.password_reset_done
reset_from_key = ResetFromKey.as_view()
reset_from_key_done = allauth_views.password_reset_from_key_done
change_password = ChangePassword.as_view()
