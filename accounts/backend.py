"""Who a session belongs to."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from web.prepared import Prepared

_USER = Prepared(lambda pk: User.objects.filter(pk=pk))


class UserBackend(ModelBackend):
    """As Django's; every request asks for its user, so the query is written once."""

    def get_user(self, user_id: int) -> User | None:
        found = _USER.first(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
