"""What expressions of eligibility can ask for."""

from typing import Any

from commissioning.queries.eligibility import FACTS, FactKind
from partners.permissions import Capability
from partners.platform.frame.pages import StaffTemplate

VALUES = {"number": "A number", "word": "A name", "words": "A code", "yes_no": "yes, no"}


class EligibilityHelp(StaffTemplate):
    capability = Capability.VIEW_EMPLOYERS
    template_name = "commissioning/eligibility_help.html"
    title = "Help with expressions of eligibility"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, facts=[(each, _values(each)) for each in FACTS.values()])


def _values(fact: FactKind) -> str:
    return ", ".join(fact.codes) or VALUES[fact.kind]
