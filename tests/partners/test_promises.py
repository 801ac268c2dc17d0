"""What is offered is there: scopes that a call answers to, words for what exists."""

from django.urls import URLPattern, URLResolver, get_resolver

from partners.enums import Scope
from partners.glossary import WORDS
from partners.permissions import Capability
from partners.platform.records.kinds import all_kinds
from partners.welcome import FIRST_VISIT


def views(resolver: URLResolver) -> list[object]:
    found: list[object] = []
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            found += views(each)
        elif isinstance(each, URLPattern):
            found.append(getattr(each.callback, "view_class", getattr(each.callback, "cls", None)))
    return found


def test_every_scope_a_key_may_carry_has_a_call_that_asks_for_it() -> None:
    asked = {scope for view in views(get_resolver()) for scope in getattr(view, "scopes", {}).values()}
    of_kinds = {kind.api for kind in all_kinds() if kind.api}

    assert asked | of_kinds == set(Scope)


def test_no_word_promises_claims_before_they_are_there() -> None:
    said = [line for lines in FIRST_VISIT.values() for line in lines]
    said += [text for pair in WORDS for text in pair]
    said += [capability.label for capability in Capability]

    assert [text for text in said if "claim" in text.lower()] == []
