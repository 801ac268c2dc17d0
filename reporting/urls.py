from django.urls import URLPattern, URLResolver, path, re_path

from reporting.views import filed, observations, registers, returns

app_name = "reporting"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", returns.ReturnList.as_view(), name="returns"),
    path("targets/", registers.Targets.as_view(), name="targets"),
    path("observations/", registers.Observations.as_view(), name="observations"),
    path("observations/removed/", observations.Removed.as_view(), name="removed-observations"),
    path("observations/<uuid:uid>/", observations.CorrectObservation.as_view(), name="observation"),
    path("observations/<uuid:uid>/remove/", observations.RemoveObservation.as_view(), name="remove-observation"),
    path("observations/record/", registers.RecordObservation.as_view(), name="record-observation"),
    path("milestones/", registers.Milestones.as_view(), name="milestones"),
    path("risks/", registers.Risks.as_view(), name="risks"),
    path("objectives/", registers.Objectives.as_view(), name="objectives"),
    path("<uuid:uid>/", filed.ReturnPage.as_view(), name="return"),
    path("<uuid:uid>/build/", returns.BuildAgain.as_view(), name="build-again"),
    path("<uuid:uid>/progress/", returns.Progress.as_view(), name="progress"),
    path("<uuid:uid>/lines/<slug:line>/", filed.LinePage.as_view(), name="line"),
    path("<uuid:uid>/figure/", filed.FigurePage.as_view(), name="figure"),
    path("<uuid:uid>/changes/", filed.Changes.as_view(), name="changes"),
    path("<uuid:uid>/double-counts/", filed.DoubleCounts.as_view(), name="double-counts"),
    path("<uuid:uid>/forecast/", filed.SetForecast.as_view(), name="forecast"),
    re_path(r"^(?P<uid>[0-9a-f-]{36})/download\.(?P<form>csv|xlsx)$", filed.Download.as_view(), name="download"),
]
