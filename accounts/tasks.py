"""Letters of the login, sent by the worker.

The page that asks for a letter does the same work for an address that nobody has, so that its
time tells nothing. The link is made here: no queue ever holds a key to an account.
"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from accounts.models import User

SECONDS_A_DAY = 86_400


def reset_address(user: User, origin: str) -> str:
    """The address of the page where `user` sets a new password; `origin` is like https://host."""
    key = default_token_generator.make_token(user)
    return origin + reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


@task()
def send_reset_mail(user_id: int | None, origin: str) -> None:
    """Writes to the user in their own language; does nothing for None or a former user."""
    if user_id is None:
        return
    user = User.objects.active().filter(pk=user_id).first()
    if user is None:
        return
    context = {
        "user": user,
        "address": reset_address(user, origin),
        "days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_A_DAY,
    }
    with translation.override(user.language):
        subject = " ".join(render_to_string("accounts/mail/reset_subject.txt", context).split())
        body = render_to_string("accounts/mail/reset.txt", context)
    EmailMessage(subject, body, to=[user.email]).send()
