"""Outgoing mail: by the company's own server once it is set, else by that of the environment."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from accounts.models import Company, MailSecurity
from accounts.sealed import Unreadable, unseal

NOWHERE: Final = (
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
)
TEST_SECONDS: Final = 8
LONGEST_ANSWER: Final = 300


@dataclass(frozen=True)
class Server:
    """Where letters are handed over, and who they are from. ``password`` is in clear."""

    host: str
    port: int
    security: str
    user: str
    password: str
    name: str
    address: str

    @classmethod
    def of(cls, company: Company) -> Server:
        """The saved one. Raises Unreadable when SECRET_KEY has changed since."""
        return cls(
            company.mail_host,
            company.mail_port,
            company.mail_security,
            company.mail_user,
            unseal(company.mail_password) if company.mail_password else "",
            company.name,
            company.mail_from,
        )

    @property
    def sender(self) -> str:
        """ "Polcmester Kft. <crm@polcmester.hu>"; the environment's while no address is set."""
        return formataddr((self.name, self.address)) if self.address else default_sender()

    def connection(self, *, timeout: int | None = None) -> EmailBackend:
        """A connection that is opened when the first letter is sent."""
        return EmailBackend(
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.security == MailSecurity.STARTTLS,
            use_ssl=self.security == MailSecurity.TLS,
            timeout=timeout or settings.EMAIL_TIMEOUT,
        )


def default_sender() -> str:
    return str(settings.DEFAULT_FROM_EMAIL)


def company_server() -> Server | None:
    """The company's own server; None while none is set, or when its password can't be read."""
    try:
        company = Company.current()
        return Server.of(company) if company.mail_host else None
    except (Company.DoesNotExist, Unreadable):
        return None


def can_send() -> bool:
    """Whether letters reach anybody: the environment's default only prints them."""
    return company_server() is not None or settings.ENVIRONMENT_EMAIL_BACKEND not in NOWHERE


class CompanyBackend(BaseEmailBackend):
    """The EMAIL_BACKEND: looks at each sending which server is set."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.options = options

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        server = company_server()
        if server is None:
            backend = settings.ENVIRONMENT_EMAIL_BACKEND
            fallback = get_connection(backend, fail_silently=self.fail_silently, **self.options)
            return int(fallback.send_messages(email_messages) or 0)
        for message in email_messages:
            if message.from_email == default_sender():
                message.from_email = server.sender
        connection = server.connection()
        connection.fail_silently = self.fail_silently
        return int(connection.send_messages(email_messages) or 0)


# ---- "Send me a test" --------------------------------------------------------------------------


class MailFailed(Exception):
    """A letter could not be handed over: why, in words, and what the server itself answered."""

    def __init__(self, reason: str, answer: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = answer[:LONGEST_ANSWER]


def send_test(server: Server, to: str) -> None:
    """Hand a letter to the server while somebody waits. Raises MailFailed."""
    message = EmailMessage(
        _("Test letter of Teendő"),
        _("Letters of %(company)s go out through this server.") % {"company": server.name},
        server.sender,
        [to],
        connection=server.connection(timeout=TEST_SECONDS),
    )
    try:
        message.send()
    except Exception as error:  # libraries below raise many kinds; each becomes words
        raise MailFailed(reason_of(error, server), answer_of(error)) from error


Words = Callable[[], str]


def reason_of(error: Exception, server: Server) -> str:
    """What went wrong and what to look at, in the reader's language."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        waited = error.__context__  # smtplib takes silence for hanging up
        error = waited if isinstance(waited, TimeoutError) else error
    values = {"host": server.host, "port": server.port, "address": server.sender}
    for kind, words in _REASONS:
        if isinstance(error, kind):
            return words() % values
    return _("The mail server at %(host)s answered in a way that isn't understood.") % values


# The first that fits: kinds that are part of others stand before them.
_REASONS: Final[tuple[tuple[type[Exception], Words], ...]] = (
    (
        smtplib.SMTPAuthenticationError,
        lambda: _("The server refuses this user name and password."),
    ),
    (
        smtplib.SMTPNotSupportedError,
        lambda: _(
            "The server at %(host)s doesn't offer this at port %(port)s. Choose another "
            "encryption, or leave the user name empty if it asks for none."
        ),
    ),
    (
        smtplib.SMTPSenderRefused,
        lambda: _("The server doesn't accept %(address)s as the sender."),
    ),
    (
        smtplib.SMTPRecipientsRefused,
        lambda: _("The server doesn't deliver to your own address."),
    ),
    (smtplib.SMTPDataError, lambda: _("The server took the letter but refused to deliver it.")),
    (
        smtplib.SMTPConnectError,
        lambda: _("The server at %(host)s answers, but takes no letters now."),
    ),
    (
        smtplib.SMTPServerDisconnected,
        lambda: _("The server at %(host)s hung up. Port %(port)s may want another encryption."),
    ),
    (
        ssl.SSLCertVerificationError,
        lambda: _("The certificate of %(host)s isn't valid for this name."),
    ),
    (
        ssl.SSLError,
        lambda: _(
            "No encrypted connection with %(host)s at port %(port)s. Choose another encryption."
        ),
    ),
    (
        socket.gaierror,
        lambda: _("There is no server called %(host)s. Look for a typing mistake."),
    ),
    (UnicodeError, lambda: _("%(host)s can't be the name of a server.")),
    (
        TimeoutError,
        lambda: _("%(host)s doesn't answer at port %(port)s. Is the port right?"),
    ),
    (
        ConnectionRefusedError,
        lambda: _("Nothing listens at port %(port)s of %(host)s. Is the port right?"),
    ),
    (OSError, lambda: _("%(host)s can't be reached from this machine.")),
)


def answer_of(error: Exception) -> str:
    """The server's own words, with its code; empty when it said nothing."""
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return "" if isinstance(error, TimeoutError) else str(error)
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return f"{code} {words}".strip()
