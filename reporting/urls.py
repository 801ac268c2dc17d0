from typing import Any

from django.urls import URLPattern, URLResolver, path, re_path

from partners.platform.records.pages import KindAdd, KindChange, KindRemove, KindRemoved, kind_urls
from reporting.kinds import KINDS
from reporting.views import (
    calendar,
    claim_queries,
    claims,
    filed,
    known,
    outcomes,
    pdf,
    problems,
    providers,
    report,
    returns,
    samples,
)
from reporting.views.plan import PlanList

app_name = "reporting"
OWN: Any = {"kinds": KINDS, "namespace": "reporting"}
SEEN = {"slug": "observations"}
WRITTEN = {"slug": "narratives"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("", returns.ReturnList.as_view(), name="returns"),
    path("calendar/", calendar.CalendarPage.as_view(), name="calendar"),
    path("calendar.ics", calendar.CalendarFile.as_view(), name="calendar-file"),
    path("providers/", providers.Providers.as_view(), name="providers"),
    path("providers/<uuid:uid>/", providers.ProviderReport.as_view(), name="provider"),
    path("unit-costs/", providers.UnitCosts.as_view(), name="unit-costs"),
    path("targets/", PlanList.as_view(**OWN), {"slug": "targets"}, name="targets"),
    path("observations/", PlanList.as_view(**OWN), SEEN, name="observations"),
    path("observations/removed/", KindRemoved.as_view(**OWN), SEEN, name="removed-observations"),
    path("observations/<uuid:uid>/", KindChange.as_view(**OWN), SEEN, name="observation"),
    path("observations/<uuid:uid>/remove/", KindRemove.as_view(**OWN), SEEN, name="remove-observation"),
    path("observations/record/", KindAdd.as_view(**OWN), SEEN, name="record-observation"),
    path("milestones/", PlanList.as_view(**OWN), {"slug": "milestones"}, name="milestones"),
    path("risks/", PlanList.as_view(**OWN), {"slug": "risks"}, name="risks"),
    path("objectives/", PlanList.as_view(**OWN), {"slug": "objectives"}, name="objectives"),
    path("records/narratives/add/", report.WriteNarrative.as_view(**OWN), WRITTEN, name="write-narrative"),
    path(
        "records/narratives/<uuid:uid>/change/", report.ChangeNarrative.as_view(**OWN), WRITTEN, name="change-narrative"
    ),
    *kind_urls("reporting", KINDS, title="Records of the plan", lists=PlanList),
    path("<uuid:uid>/items/<int:item>/ask/", claim_queries.AskAbout.as_view(), name="ask-about"),
    path("claims/queries/<uuid:uid>/", claim_queries.QueryPage.as_view(), name="claim-query"),
    path("claims/queries/<uuid:uid>/answer/", claim_queries.AnswerQuery.as_view(), name="answer-query"),
    path("claims/<uuid:uid>/sample/", samples.DrawSample.as_view(), name="draw-sample"),
    path("claims/samples/<uuid:uid>/", samples.SamplePage.as_view(), name="sample"),
    path("claims/samples/<uuid:uid>/decide/", samples.DecideSample.as_view(), name="decide-sample"),
    path("claims/samples/lines/<uuid:uid>/", samples.FindOne.as_view(), name="find"),
    path("outcomes/of/<uuid:uid>/", outcomes.ClientOutcomes.as_view(), name="client-outcomes"),
    path("outcomes/jobs/<uuid:uid>/share/", outcomes.ShareOutcome.as_view(), name="share-outcome"),
    path("outcomes/shares/<uuid:uid>/withdraw/", outcomes.WithdrawShare.as_view(), name="withdraw-share"),
    path("<uuid:uid>/", filed.ReturnPage.as_view(), name="return"),
    path("<uuid:uid>/build/", returns.BuildAgain.as_view(), name="build-again"),
    path("<uuid:uid>/progress/", returns.Progress.as_view(), name="progress"),
    path("<uuid:uid>/lines/<slug:line>/", filed.LinePage.as_view(), name="line"),
    path("<uuid:uid>/figure/", filed.FigurePage.as_view(), name="figure"),
    path("<uuid:uid>/changes/", filed.Changes.as_view(), name="changes"),
    path("<uuid:uid>/corrections/", filed.Corrections.as_view(), name="corrections"),
    path("<uuid:uid>/count-again/", filed.CountAgain.as_view(), name="count-again"),
    path("<uuid:uid>/known/", known.KnownOn.as_view(), name="known"),
    path("<uuid:uid>/known/figures.csv", known.KnownFile.as_view(), name="known-file"),
    path("<uuid:uid>/double-counts/", filed.DoubleCounts.as_view(), name="double-counts"),
    path("<uuid:uid>/items/", claims.ClaimItems.as_view(), name="claim-items"),
    path("<uuid:uid>/forecast/", report.Forecasts.as_view(), name="forecast"),
    path("<uuid:uid>/spend-forecast/", report.SpendForecasts.as_view(), name="spend-forecast"),
    path("<uuid:uid>/report/", report.ReportPage.as_view(), name="report"),
    path("<uuid:uid>/problems/", problems.ProblemsPage.as_view(), name="problems"),
    path("<uuid:uid>/problems/<slug:code>/", problems.ProblemList.as_view(), name="problem"),
    path("<uuid:uid>/pdf/", pdf.PdfPage.as_view(), name="pdf"),
    re_path(r"^(?P<uid>[0-9a-f-]{36})/download\.(?P<form>csv|xlsx|pdf)$", filed.Download.as_view(), name="download"),
]
