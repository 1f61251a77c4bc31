"""Users, their invitations, roles and access."""

from django.urls import URLPattern, path

from office.views import access, handover, invitations, picture, security, see_as, user, users

urlpatterns: list[URLPattern] = [
    path("settings/users/", users.index, name="users"),
    path("settings/users/security/", security.show, name="security"),
    path("settings/users/new/", invitations.new, name="user_new"),
    path("settings/users/<int:pk>/", user.show, name="user"),
    path("settings/users/<int:pk>/access/", access.change, name="user_access"),
    path("settings/users/<int:pk>/email/", user.email, name="user_email"),
    path(
        "settings/users/<int:pk>/reset-password/", user.reset_password, name="user_reset_password"
    ),
    path("settings/users/<int:pk>/close/", handover.close, name="user_close"),
    path("settings/users/<int:pk>/hand-over/", handover.hand_over, name="user_hand_over"),
    path("settings/users/<int:pk>/reopen/", user.reopen, name="user_reopen"),
    path(
        "settings/users/<int:pk>/two-factor/remove/",
        security.remove_two_factor,
        name="user_two_factor_remove",
    ),
    path("settings/users/<int:pk>/picture/", picture.upload, name="user_picture"),
    path("settings/users/<int:pk>/picture/crop/", picture.crop, name="user_picture_crop"),
    path("settings/users/<int:pk>/picture/draft/", picture.draft, name="user_picture_draft"),
    path("settings/users/<int:pk>/picture/cancel/", picture.cancel, name="user_picture_cancel"),
    path("settings/users/<int:pk>/picture/remove/", picture.remove, name="user_picture_remove"),
    path("settings/users/<int:pk>/see-as/", see_as.start, name="user_see_as"),
    path("settings/invitations/<int:pk>/resend/", invitations.resend, name="invitation_resend"),
    path("settings/invitations/<int:pk>/link/", invitations.link, name="invitation_link"),
    path("settings/invitations/<int:pk>/revoke/", invitations.revoke, name="invitation_revoke"),
    path("see-as/stop/", see_as.stop, name="see_as_stop"),
    path("invitation/<str:secret>/", invitations.accept, name="invitation"),
]
