"""The description for programs and the page for people."""

import html
import json
import os
import re
import subprocess

import pytest
from django.db import connections
from django.test import Client as Browser
from django.urls import get_resolver
from pytest_django.live_server_helper import LiveServer

from caseload.models import Client, Referral
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from tests.factories.partners import ConsortiumFactory, OrganisationFactory


@pytest.mark.django_db
def test_the_description_names_every_address() -> None:
    described = Browser().get("/api/v1/schema/").json()

    assert described["openapi"].startswith("3.1")
    known = {re.sub(r"<str:(\w+)>", r"{\1}", str(each.pattern)) for each in _patterns()}
    assert {path.removeprefix("/").replace("{id}", "{uid}") for path in described["paths"]} == known


@pytest.mark.django_db
def test_the_description_refers_to_nothing_that_is_not_there() -> None:
    text = Browser().get("/api/v1/schema/").content.decode()

    schemas = json.loads(text)["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= set(schemas)
    assert schemas["NewReferral"]["required"] == ["to_organisation", "made_on", "client"]
    assert schemas["NewReferral"]["additionalProperties"] is False


@pytest.mark.django_db
def test_the_page_needs_no_key_and_no_other_host() -> None:
    answer = Browser().get("/api/v1/docs/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Send a referral" in page
    assert not re.findall(r'(?:src|href)="https?://', page)
    assert not re.findall(r"<script(?![^>]*(?:nonce|src))", page)
    assert " style=" not in page


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_first_referral_of_the_page_works_by_curl(live_server: LiveServer) -> None:
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        OrganisationFactory(external_id="employment-support-unit")
        _, key = create_key(OrganisationFactory(), label="Curl", scopes=["referrals:write"])
    page = Browser().get("/api/v1/docs/", headers={"host": live_server.url.removeprefix("http://")}).content.decode()
    (command,) = re.findall(r'<code id="first-referral">(.*?)</code>', page, re.DOTALL)

    answers = [
        subprocess.run(  # noqa: S603  the page's own command
            ["sh", "-c", html.unescape(command)],  # noqa: S607
            env=os.environ | {"CASELOAD_KEY": key, "no_proxy": "*"},
            capture_output=True,
            check=True,
        )
        for _ in range(2)
    ]

    first, again = (json.loads(answer.stdout) for answer in answers)
    assert first == again
    with in_consortium(consortium.pk):
        assert (str(Referral.objects.get().uid), Client.objects.get().given_name) == (first["id"], "Sam")
    connections.close_all()


def _patterns() -> list[object]:
    api = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/v1/")
    unlisted = {"schema", "docs", "absent"}
    return [each for each in api.url_patterns if each.name not in unlisted]
