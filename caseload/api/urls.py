from django.urls import URLPattern, URLResolver, path, re_path

from caseload.api.clients import ClientEvents, Clients, OneClient
from caseload.api.openapi import Description, Documentation
from caseload.api.referrals import OneReferral, Referrals, ReferralsInBulk, ReferralStep
from partners.platform.api.absent import absent
from partners.platform.records.api import api_urls

app_name = "api"

urlpatterns: list[URLPattern | URLResolver] = [
    path("referrals/", Referrals.as_view(), name="referrals"),
    path("referrals/bulk/", ReferralsInBulk.as_view(), name="referrals-bulk"),
    path("referrals/<str:uid>/", OneReferral.as_view(), name="referral"),
    path("referrals/<str:uid>/<str:step>/", ReferralStep.as_view(), name="referral-step"),
    path("clients/", Clients.as_view(), name="clients"),
    path("clients/<str:uid>/", OneClient.as_view(), name="client"),
    path("clients/<str:uid>/events/", ClientEvents.as_view(), name="client-events"),
    *api_urls(),
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", Documentation.as_view(), name="docs"),
    re_path("", absent, name="absent"),
]
