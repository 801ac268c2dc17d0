"""What docker-compose.yml promises about each service, and that no secret has a default."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

TEXT = (Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8")
NGINX = Path(__file__).parents[2] / "deploy" / "nginx.conf"
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RUNS_ONCE = {"migrate"}
OWN_USER = {"proxy"}  # its image runs as user 101
SECRET = re.compile(r"KEY|PASSWORD")
OPTIONAL = {"EMAIL_HOST_PASSWORD"}  # a mail server may need none


def test_the_services_are_these() -> None:
    assert set(SERVICES) == {"migrate", "web", "worker", "scheduler", "postgres", "redis", "proxy"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_nobody_special_on_a_file_system_it_cannot_change(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert name in OWN_USER or service["user"].split(":")[0] not in {"", "0", "root"}
    assert not service.get("privileged")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - RUNS_ONCE))
def test_a_service_that_stays_is_asked_how_it_is(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_every_secret_comes_from_outside_or_stops_the_start() -> None:
    asked = re.findall(r"\$\{(\w+)(:?[?-])?([^}]*)\}", TEXT)

    assert {name for name, _, _ in asked} >= {"SECRET_KEY", "CASELOAD_FIELD_KEY", "POSTGRES_PASSWORD"}
    assert [name for name, sign, _ in asked if SECRET.search(name) and sign != ":?" and name not in OPTIONAL] == []
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            assert not SECRET.search(name) or str(value).startswith("${"), name


def test_only_migrations_know_the_owner() -> None:
    knowing = {name for name, service in SERVICES.items() if "DATABASE_OWNER_URL" in service.get("environment", {})}

    assert knowing == {"migrate"}


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"proxy"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


def test_what_must_last_lies_in_volumes() -> None:
    files = ("files", "documents")
    for name, kept in {"postgres": ("database",), "redis": ("broker",), "web": files, "worker": files}.items():
        assert set(kept) <= {each.split(":")[0] for each in SERVICES[name]["volumes"]}
    assert set(COMPOSE["volumes"]) == {"database", "broker", "files", "documents"}


def test_the_database_is_made_in_utf_8() -> None:
    """Initdb refuses the built-in locale C.UTF-8 in any other encoding, and the one of --locale=C is another."""
    assert "--encoding=UTF8" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()


def test_the_proxy_leads_to_the_port_by_which_people_reach_the_site() -> None:
    proxy, nginx = SERVICES["proxy"], NGINX.read_text(encoding="utf-8")

    assert set(re.findall(r"\$\{(\w+)\}", nginx)) == {"PUBLIC_HTTPS_PORT"} <= set(proxy["environment"])
    assert "return 308 https://$host$shown_port$request_uri;" in nginx
    assert "proxy_set_header Host $host$shown_port;" in nginx
    assert "./deploy/nginx.conf:/etc/nginx/templates/default.conf.template:ro" in proxy["volumes"]
    assert any(each.startswith("/etc/nginx/conf.d:") for each in proxy["tmpfs"])


def test_the_proxy_says_in_our_words_what_never_reaches_the_web_server() -> None:
    named = re.findall(r"error_page ([\d ]+?)(?: =\d+)? /proxy-pages/([\w-]+)\.\$page_kind;", NGINX.read_text())
    pages = NGINX.with_name("pages")

    assert {code for codes, _ in named for code in codes.split()} == {"413", "414", "494", "502", "503", "504"}
    for _, name in named:
        assert "<h1>" in (pages / f"{name}.html").read_text(encoding="utf-8")
        assert json.loads((pages / f"{name}.json").read_text(encoding="utf-8"))["detail"]
