"""allauth's names stay without a namespace, because allauth looks them up so."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.views import login, picture, profile, sessions

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
]

_accounts: list[URLPattern | URLResolver] = [
    path("profile/", profile.edit, name="profile"),
    path("profile/picture/", profile.upload_picture, name="profile-picture"),
    path("profile/picture/remove/", profile.remove_picture, name="profile-picture-remove"),
    path("profile/theme/", profile.switch_theme, name="profile-theme"),
    path("profile/sessions/", sessions.index, name="sessions"),
    path("profile/sessions/others/end/", sessions.end_others, name="sessions-end-others"),
    path("profile/sessions/<int:session_id>/end/", sessions.end, name="session-end"),
    path("u/<int:user_id>/picture/<int:size>/", picture.show, name="picture"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *_login,
    path("", include((_accounts, "accounts"))),
]
