from django.urls import URLPattern, URLResolver, path

from partners.views import components, home, jobs, operator

app_name = "partners"

urlpatterns: list[URLPattern | URLResolver] = [
    path("switch/", home.Switch.as_view(), name="switch"),
    path("welcome/hide/", home.HideWelcome.as_view(), name="hide-welcome"),
    path("help/", home.Help.as_view(), name="help"),
    path("account/", home.Account.as_view(), name="account"),
    path("components/", components.Components.as_view(), name="components"),
    path("jobs/", jobs.JobList.as_view(), name="jobs"),
    path("jobs/<uuid:uid>/", jobs.Job.as_view(), name="job"),
    path("jobs/<uuid:uid>/progress/", jobs.JobProgress.as_view(), name="job-progress"),
    path("jobs/<uuid:uid>/cancel/", jobs.JobCancel.as_view(), name="job-cancel"),
    path("operator/", operator.Operator.as_view(), name="operator"),
]
