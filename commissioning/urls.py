from django.urls import URLPattern, URLResolver, path

from commissioning.kinds import KINDS
from commissioning.views import contracts
from partners.platform.records.pages import kind_urls

app_name = "commissioning"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", contracts.ContractList.as_view(), name="contracts"),
    path("contracts/<uuid:uid>/", contracts.ContractPage.as_view(), name="contract"),
    path("streams/", contracts.Streams.as_view(), name="streams"),
    path("contributions/", contracts.Contributions.as_view(), name="contributions"),
    *kind_urls("commissioning", KINDS),
]
