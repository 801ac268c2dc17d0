from typing import Any

from django.urls import URLPattern, URLResolver, path

from commissioning.kinds import KINDS
from commissioning.views import contracts
from partners.platform.records.pages import kind_urls

app_name = "commissioning"
MONEY: Any = contracts.MoneyList.as_view()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", contracts.ContractList.as_view(), {"slug": "contracts"}, name="contracts"),
    path("contracts/<uuid:uid>/", contracts.ContractPage.as_view(), name="contract"),
    path("streams/", contracts.Streams.as_view(), {"slug": "streams"}, name="streams"),
    path("contributions/", MONEY, {"slug": "contributions"}, name="contributions"),
    path("services/", MONEY, {"slug": "services"}, name="services"),
    path("profiles/", MONEY, {"slug": "profiles"}, name="profiles"),
    path("spend/", MONEY, {"slug": "spend"}, name="spend"),
    *kind_urls("commissioning", KINDS),
]
