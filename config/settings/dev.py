"""One's own machine and the demo (`make run`): nothing has to be set, http on localhost."""

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import ENV

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key or env.kept_secret_key(ENV.data_dir)
ALLOWED_HOSTS = [*ENV.allowed_hosts, "localhost", "127.0.0.1", "[::1]"]
