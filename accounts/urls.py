"""allauth's names stay without a namespace, because allauth looks them up so."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.views import email, login, picture, profile, sessions, signature, two_factor

_login: list[URLPattern | URLResolver] = [
    path("login/", login.login, name="account_login"),
    path("logout/", login.logout, name="account_logout"),
    path("password/reset/", login.reset, name="account_reset_password"),
    path("password/reset/done/", login.reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login.reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        login.reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("profile/password/", login.change_password, name="account_change_password"),
    path("login/code/", two_factor.ask_code, name="mfa_authenticate"),
    path("login/passkey/", two_factor.passkey_login, name="mfa_login_webauthn"),
    path("profile/again/", two_factor.password_again, name="account_reauthenticate"),
    path("profile/again/code/", two_factor.code_again, name="mfa_reauthenticate"),
    path("profile/again/passkey/", two_factor.passkey_again, name="mfa_reauthenticate_webauthn"),
]

_two_factor: list[URLPattern | URLResolver] = [
    path("", two_factor.index, name="mfa_index"),
    path("app/", two_factor.add_app, name="mfa_activate_totp"),
    path("app/remove/", two_factor.remove_app, name="mfa_deactivate_totp"),
    path("codes/", two_factor.codes, name="mfa_view_recovery_codes"),
    path("codes/new/", two_factor.new_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/add/", two_factor.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", two_factor.rename_passkey, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", two_factor.remove_passkey, name="mfa_remove_webauthn"),
]

_accounts: list[URLPattern | URLResolver] = [
    path("profile/", profile.edit, name="profile"),
    path("profile/email/", email.change, name="email"),
    path("profile/email/confirm/<str:token>/", email.confirm, name="email-confirm"),
    path("profile/picture/", picture.upload, name="profile-picture"),
    path("profile/picture/crop/", picture.crop, name="profile-picture-crop"),
    path("profile/picture/draft/", picture.draft, name="profile-picture-draft"),
    path("profile/picture/cancel/", picture.cancel, name="profile-picture-cancel"),
    path("profile/picture/remove/", picture.remove, name="profile-picture-remove"),
    path("profile/signature/preview/", signature.preview, name="signature-preview"),
    path("profile/signature/picture/", signature.upload, name="signature-upload"),
    path("profile/theme/", profile.switch_theme, name="profile-theme"),
    path("profile/sessions/", sessions.index, name="sessions"),
    path("profile/sessions/others/end/", sessions.end_others, name="sessions-end-others"),
    path("profile/sessions/<int:session_id>/end/", sessions.end, name="session-end"),
    path("company/logo/", picture.logo, name="logo"),
    path("u/<int:user_id>/picture/<int:size>/", picture.show, name="picture"),
    path("u/<int:user_id>/signature/<str:name>/", signature.picture, name="signature-picture"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *_login,
    path("profile/two-factor/", include(_two_factor)),
    path("", include((_accounts, "accounts"))),
]
