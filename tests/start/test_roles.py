import os

import pytest
from startup.failures import StartError
from startup.roles import Access, access_for, require_plain

ADMIN = "postgres://root:s3cret@db.example:5433/city?sslmode=require"


def test_role_names_come_from_the_database_name() -> None:
    access = access_for(ADMIN, "unused")

    assert access.application_role == "city_app"
    assert access.application_url.startswith("postgres://city_app:")
    assert access.owner_url.startswith("postgres://city_owner:")


def test_the_rest_of_the_address_stays() -> None:
    access = access_for(ADMIN, "unused")

    assert access.owner_url.endswith("@db.example:5433/city?sslmode=require")


def test_the_administrators_password_goes_to_nobody() -> None:
    access = access_for(ADMIN, "unused")

    assert "s3cret" not in access.owner_url + access.application_url


def test_two_copies_with_one_database_agree_on_passwords() -> None:
    assert access_for(ADMIN, "one copy") == access_for(ADMIN, "another copy")


def test_without_an_administrators_password_the_machines_secret_counts() -> None:
    address = "postgres:///city?host=%2Frun%2Fpostgres"

    assert access_for(address, "one") != access_for(address, "another")


@pytest.mark.parametrize("address", ["mysql://root@db.example/city", "postgres://root@db.example/", "city"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(StartError, match="DATABASE_URL must look like"):
        access_for(address, "unused")


def test_the_owner_is_no_role_for_the_application() -> None:
    owner = os.environ["DATABASE_OWNER_URL"]

    with pytest.raises(StartError, match="a superuser or the owner, whom row-level security does not hold"):
        require_plain(Access(owner, owner, "unused"))
    with pytest.raises(StartError, match="check DATABASE_OWNER_URL"):
        require_plain(Access(owner, owner.replace("@", "0@", 1), "unused"))
