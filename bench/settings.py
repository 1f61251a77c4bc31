"""As `make run` on one's own machine, with a probe that tells what a page asked the database."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import MIDDLEWARE

DEMO = False
MIDDLEWARE = ["bench.probe.Probe", *MIDDLEWARE]
