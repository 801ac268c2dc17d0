from typing import Any

from django.views.generic import TemplateView

from partners.models import Consortium
from partners.views.base import OperatorPage


class Operator(OperatorPage, TemplateView):
    """The installation's consortia, by name only."""

    template_name = "partners/operator.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, consortia=Consortium.objects.order_by("name"))
