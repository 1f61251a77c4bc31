"""The forms of logging in: allauth's, in our words and our look."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from django.db import transaction
from django.forms import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import normalise_email
from accounts.tasks import send_reset_mail
from web.forms import Dressed, dress

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def name_field(
    field: Field, label: "StrOrPromise", help_text: "StrOrPromise" = "", **attrs: Any
) -> None:
    """Our words and look instead of allauth's placeholders."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs = attrs
    dress(field.widget)


class LoginForm(Dressed, allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["login"], _("Email"), autocomplete="username", autofocus=True)
        name_field(self.fields["password"], _("Password"), autocomplete="current-password")
        name_field(self.fields["remember"], _("Keep me signed in on this computer"))
        self.fields["remember"].initial = True


class ResetPasswordForm(Dressed, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["email"], _("Email"), autocomplete="username", autofocus=True)

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queues the letter; for an unknown address an empty one, so that both take as long."""
        email: str = self.cleaned_data["email"]
        user_id = User.objects.active().filter(email=email).values_list("pk", flat=True).first()
        origin = request.build_absolute_uri("/").rstrip("/")
        transaction.on_commit(lambda: send_reset_mail.enqueue(user_id, origin) and None)
        return email


def _name_new_passwords(fields: dict[str, Field]) -> None:
    hint = _("At least ten characters, not only digits.")
    name_field(fields["password1"], _("New password"), hint, autocomplete="new-password")
    name_field(fields["password2"], _("New password again"), autocomplete="new-password")


class NewPasswordForm(Dressed, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_new_passwords(self.fields)


class ChangePasswordForm(Dressed, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(
            self.fields["oldpassword"], _("Present password"), autocomplete="current-password"
        )
        _name_new_passwords(self.fields)


class TokenForm(allauth_forms.UserTokenForm):  # type: ignore[misc]
    """The link of a letter works for those who have access, also if they had it when it left."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user is not None and user.is_active else None
