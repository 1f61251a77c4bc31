"""What this machine has for the tests."""

import os
import shutil
from pathlib import Path

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
BROWSERS = (
    "chromium-headless-shell",  # the same engine without windows, which cost a third of the time
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)


def chromium() -> str | None:
    """The path of a Chromium, or CHROMIUM from the environment; None without one."""
    given = os.environ.get("CHROMIUM")
    return given or next((path for name in BROWSERS if (path := shutil.which(name))), None)
