"""Entries of the directory that may be one employer, and what hangs on each."""

from dataclasses import dataclass

from django.db.models import CharField, Count, F, Model, Q, Value
from django.urls import reverse

from employers.keys import as_business_key
from employers.models import Employer, EmployerMatch, EmployerMove
from partners.platform.records.lookalikes import LookAlike
from partners.platform.tenancy.models import TenantForeignKey

AFTER_ALL = "~"
MOST_ALIKE = 8
MOST_PAIRS = 200


@dataclass(frozen=True)
class Pair:
    """Two entries that look alike; ``elsewhere`` says that both have a postcode and not the same one."""

    one: Employer
    other: Employer

    @property
    def elsewhere(self) -> bool:
        return bool(self.one.postcode and self.other.postcode) and self.one.postcode != self.other.postcode


def alike(name: str, *, postcode: str = "", besides: Employer | None = None) -> list[Employer]:
    """Return the entries that may be the employer of this name: the same but for Ltd, The and the like, first.

    Then those whose name begins alike, and those at the postcode with the first letters.
    """
    key = as_business_key(name)
    stem = key[: max(5, len(key) - 4)]
    same = Q(business_key__gte=stem, business_key__lt=stem + AFTER_ALL)
    if postcode:
        same |= Q(postcode=postcode, business_key__gte=key[:3], business_key__lt=key[:3] + AFTER_ALL)
    found = Employer.objects.current().filter(same).order_by("name_key", "id")
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    return sorted(found[:50], key=lambda each: each.business_key != key)[:MOST_ALIKE]


def look_alikes(name: str, *, postcode: str = "", besides: Employer | None = None) -> list[LookAlike]:
    return [
        LookAlike("employer", str(each.uid), _named(each), reverse("employers:employer", args=[each.uid]))
        for each in alike(name, postcode=postcode, besides=besides)
    ]


def duplicates() -> list[Pair]:
    """Return the pairs of one name that nobody has decided about, by name, at most :data:`MOST_PAIRS` names."""
    here = Employer.objects.current()
    repeated = here.values("business_key").annotate(number=Count("pk")).filter(number__gt=1).order_by("business_key")
    keys = list(repeated.values_list("business_key", flat=True)[:MOST_PAIRS])
    apart = {
        frozenset(pair)
        for pair in EmployerMatch.objects.filter(same_employer=False, undone_at=None).values_list("employer", "other")
    }
    first: dict[str, list[Employer]] = {}
    pairs: list[Pair] = []
    for employer in here.filter(business_key__in=keys).order_by("business_key", "id"):
        before = first.setdefault(employer.business_key, [])
        known = next((each for each in before if frozenset({each.pk, employer.pk}) not in apart), None)
        if known is not None:
            pairs.append(Pair(known, employer))
        before.append(employer)
    return pairs


def naming_an_employer() -> list[tuple[type[Model], str]]:
    """Return every model with the field by which its records name an employer, merged entries among them."""
    found: list[tuple[type[Model], str]] = []
    for relation in Employer._meta.get_fields(include_hidden=True):
        field, model = getattr(relation, "field", None), relation.related_model
        if not relation.auto_created or not isinstance(field, TenantForeignKey) or not isinstance(model, type):
            continue
        if model not in {EmployerMatch, EmployerMove} and not model.__name__.endswith("History"):
            found.append((model, field.name))
    return found


def what_names(*employers: Employer) -> list[tuple[str, list[int]]]:
    """Return how many records of each kind name each of these employers: one query."""
    counted = []
    for model, name in naming_an_employer():
        label = str(model._meta.verbose_name_plural)
        rows = model.objects.filter(**{f"{name}__in": employers})  # type: ignore[attr-defined]
        rows = rows.order_by().values(named=F(f"{name}_id")).annotate(number=Count("pk"))
        counted.append(rows.annotate(kind=Value(label, CharField())).values_list("kind", "named", "number"))
    numbers: dict[str, dict[int, int]] = {}
    for kind, named, number in counted[0].union(*counted[1:], all=True):
        numbers.setdefault(kind, {})[named] = number
    return [(kind, [of.get(each.pk, 0) for each in employers]) for kind, of in sorted(numbers.items())]


def merged_into(employer: Employer) -> list[EmployerMatch]:
    """Return the merges that made this employer, and can be taken back, the latest first."""
    return list(
        EmployerMatch.objects.filter(employer=employer, same_employer=True, undone_at=None)
        .select_related("other", "decided_by")
        .order_by("-pk")
    )


def _named(employer: Employer) -> str:
    return f"{employer.name}, {employer.postcode}" if employer.postcode else employer.name
