"""The house's own rules that no tool checks."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 400
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:|=.js:")
FILTERED = re.compile(r'hx-trigger="[^"]*\[')


def files(*patterns: str) -> list[Path]:
    """The project's own files, by git pattern."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_is_longer_than_a_reader_bears() -> None:
    own = [p for p in files("*.py", "*.html", "*.css", "*.js") if "migrations" not in p.parts]
    long = {str(p): n for p in own if (n := len(p.read_text().splitlines())) > LONGEST}
    assert long == {}


@pytest.mark.parametrize("pattern", [INLINE, FILTERED], ids=["inline", "trigger filters"])
def test_templates_hold_nothing_that_the_content_security_policy_forbids(
    pattern: re.Pattern[str],
) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files("templates/*.html")
        for match in pattern.finditer(path.read_text())
    ]
    assert found == []


def test_compiled_translations_are_not_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.mo"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout == ""
