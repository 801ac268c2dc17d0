"""Whatever is sent, the answer is one the contract knows."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload.models import Referral
from tests.caseload.api.conftest import Call

KNOWN = {200, 201, 400, 409, 422}
SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
texts = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.characters(codec=None), max_size=10),
    st.sampled_from(
        ["\x00", "\ud800", "2007-05-14", "9999-12-31", "0001-01-01", "2007-02-30", "QQ123456C", "LE5 3GH", " "]
    ),
)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(value, dict):
        found += [path for name, inner in value.items() for path in paths(inner, (*at, name))]
    if isinstance(value, list):
        found += [path for number, inner in enumerate(value) for path in paths(inner, (*at, number))]
    return found


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


@given(sent=anything)
@SETTINGS
def test_any_json_is_answered_by_the_contract(sender: Call, sent: Any) -> None:
    answer = sender("post", "/referrals/", sent)

    assert answer.status_code in KNOWN
    if answer.status_code >= 400:
        assert answer.json()["status"] == answer.status_code


@given(data=st.data())
@SETTINGS
def test_a_referral_with_a_few_members_spoilt_is_answered_by_the_contract(
    sender: Call, body: dict[str, Any], data: st.DataObject
) -> None:
    sent = copy.deepcopy(body)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(sent)))
        put(sent, path, data.draw(anything))

    answer = sender("post", "/referrals/", sent)

    assert answer.status_code in KNOWN
    if answer.status_code == 201:
        assert Referral.objects.filter(uid=answer.json()["id"]).exists()


@given(name=st.sampled_from(["status", "updated_since", "direction", "cursor", "page_size", "x"]), value=texts)
@SETTINGS
def test_any_parameter_is_answered_by_the_contract(sender: Call, name: str, value: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415

    answer = sender("get", f"/referrals/?{name}={quote(value.encode('utf-8', 'surrogatepass'))}")

    assert answer.status_code in {200, 400}


@given(value=st.text(max_size=130).filter(lambda text: "\r" not in text and "\n" not in text))
@settings(SETTINGS, max_examples=60)
def test_any_key_is_answered_by_the_contract(sender: Call, body: dict[str, Any], value: str) -> None:
    answer = sender("post", "/referrals/", body, idempotency_key=value)

    assert answer.status_code in KNOWN


pytestmark = pytest.mark.slow
