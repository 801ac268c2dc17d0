from django.urls import URLPattern, URLResolver, include, path

from partners.platform.api.absent import absent
from partners.views.home import Home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Home.as_view(), name="home"),
    path("account/", include("config.sign_in_urls")),
    path("api/v1/", include("caseload.api.urls")),
    path("api/<path:address>", absent),
    path("caseload/", include("caseload.urls")),
    path("employers/", include("employers.urls")),
    path("commissioning/", include("commissioning.urls")),
    path("returns/", include("reporting.urls")),
    path("", include("partners.urls")),
]

handler400 = "config.failures.bad_request"
handler429 = "config.failures.too_many"  # allauth's
handler500 = "config.failures.server_error"
