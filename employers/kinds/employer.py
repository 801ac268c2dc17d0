"""Employers: the directory that all partners share (EMP-01)."""

from typing import Any

from employers.exchange import employers_alike
from employers.forms.fields import EmployerField
from employers.models import Employer
from employers.queries.alike import look_alikes
from employers.queries.directory import holding, sectors
from partners.enums import Scope
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.columns import shaped
from partners.platform.exchange.declarations import SetRule, Table
from partners.platform.exchange.shapes import POSTCODE
from partners.platform.forms.fields import SuggestedInput
from partners.platform.forms.validators import as_postcode
from partners.platform.records.fields import KindForm
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike
from partners.platform.search_keys import as_search_key

MANAGE = Capability.MANAGE_EMPLOYERS


class EmployerForm(KindForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].widget = SuggestedInput(sectors())

    def clean_postcode(self) -> str:
        return as_postcode(str(self.cleaned_data["postcode"]))


def standing(rows: Any) -> Any:
    return rows.current()


def with_these_words(rows: Any, text: str) -> Any:
    return holding(rows, text) if as_search_key(text) else rows.none()


def named_alike(employer: Employer, staff: StaffMember) -> list[LookAlike]:
    return look_alikes(employer.name, postcode=employer.postcode, besides=employer if employer.pk else None)


KIND = RecordKind(
    model=Employer,
    slug="employers",
    title="Employers",
    about="Employers of the travel-to-work area, shared by all partners.",
    shown=("name", "sector", "size_band", "ownership", "postcode"),
    called={"size_band": "Size", "employment_agency": "This is an employment agency"},
    capability=Capability.VIEW_EMPLOYERS,
    worded=("sector",),
    stands=standing,
    order=("name_key", "id"),
    finds=with_these_words,
    is_found=True,
    api=Scope.EMPLOYERS_READ,
    begins="Add the first one here, or bring them with an exchange package.",
    page="employers:employer",
    list_page="employers:employers",
    chosen_by=EmployerField,
    keeps=Keeps(
        fields=("name", "sector", "size_band", "ownership", "postcode", "district", "employment_agency"),
        may={Verb.ADD: MANAGE, Verb.CHANGE: MANAGE, Verb.REMOVE: MANAGE},
        alike=named_alike,
        form=EmployerForm,
    ),
    exchange=Table(
        name="employers",
        model=Employer,
        title="Employers and employment agencies",
        holds=(
            "name",
            "sector",
            "size_band",
            "ownership",
            shaped("postcode", POSTCODE),
            "district",
            "employment_agency",
        ),
        set_rules=(SetRule(("employers",), employers_alike),),
        survivor="merged_into",
        redirects=True,
    ),
)
