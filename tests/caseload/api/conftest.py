import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.response import Response

from partners.enums import OrganisationType, Scope
from partners.models import Consortium, Organisation
from partners.platform.api.throttling import forget_windows
from partners.services.api_keys import create_key
from tests.factories.partners import OrganisationFactory

Call = Callable[..., Response]
NOTHING: Any = object()
EVERY_SCOPE = list(Scope.values)


@pytest.fixture(autouse=True)
def fresh_windows() -> Iterator[None]:
    forget_windows()
    yield
    forget_windows()


@pytest.fixture
def jobcentre(scope: Consortium) -> Organisation:
    return OrganisationFactory(name="Jobcentre", external_id="jobcentre", type=OrganisationType.JOBCENTRE)


def caller(organisation: Organisation, scopes: list[str] = EVERY_SCOPE, **extra: Any) -> Call:
    """Return a function that calls the API with a key of this organisation: ``call("post", "/referrals/", body)``."""
    _, secret = create_key(organisation, label="Test", scopes=scopes, **extra)
    return calling(secret)


def calling(secret: str) -> Call:
    browser = Browser(raise_request_exception=False)

    def call(method: str, path: str, body: Any = NOTHING, **headers: str) -> Any:
        sent = {} if body is NOTHING else {"data": json.dumps(body), "content_type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("http") else f"/api/v1{path}"
        act = getattr(browser, method) if sent or method != "post" else partial(browser.generic, "POST")
        return act(address, headers={"Authorization": f"Bearer {secret}"} | named, **sent)

    return call


@pytest.fixture
def sender(jobcentre: Organisation) -> Call:
    return caller(jobcentre)


@pytest.fixture
def receiver(organisation: Organisation) -> Call:
    return caller(organisation)


@pytest.fixture
def body(organisation: Organisation) -> dict[str, Any]:
    """The referral of API.md."""
    return {
        "external_id": "JCP-2007-000123",
        "to_organisation": "employment-support-unit",
        "made_on": "2007-05-14",
        "reason": "wants retail work",
        "urgent": False,
        "client": {
            "external_id": "JCP-99812",
            "given_name": "Sam",
            "family_name": "Testperson",
            "date_of_birth": "1979-02-03",
            "sex": "female",
            "ethnicity": "asian_indian",
            "nino": "QQ123456C",
            "postcode": "LE5 3GH",
            "lsoa": "E01013664",
            "phone": "0116 496 0000",
            "email": "sam@example.org",
            "circumstances": [{"kind": "benefit", "code": "jsa", "from_date": "2006-10-01"}],
        },
        "consent": {"purpose": "sharing", "given_on": "2007-05-14", "method": "paper", "expires_on": None},
    }
