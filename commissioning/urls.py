from django.urls import URLPattern, URLResolver, path

from commissioning.views import contracts, registers

app_name = "commissioning"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", contracts.ContractList.as_view(), name="contracts"),
    path("contracts/<uuid:uid>/", contracts.ContractPage.as_view(), name="contract"),
    path("streams/", contracts.Streams.as_view(), name="streams"),
    path("contributions/", contracts.Contributions.as_view(), name="contributions"),
    path("records/", registers.Records.as_view(), name="records"),
    path("records/<slug:slug>/", registers.RecordList.as_view(), name="record-list"),
    path("records/<slug:slug>/<uuid:uid>/", registers.Record.as_view(), name="record"),
]
