from collections.abc import Iterator

import pytest
from django.core.cache import cache

from accounts.models import Company


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """Nothing remembered from the test before: rate limits, the company."""
    cache.clear()
    Company.forget()
    yield
    cache.clear()
    Company.forget()
