from django.urls import URLPattern, URLResolver, path

from partners.views import (
    administration,
    components,
   
    health,
    home,
    jobs,
    keys,
    operator,
    organisations,
    people,
    trail,
)

app_name = "partners"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("switch/", home.Switch.as_view(), name="switch"),
    path("welcome/hide/", home.HideWelcome.as_view(), name="hide-welcome"),
    path("help/", home.Help.as_view(), name="help"),
    path("me/", home.Account.as_view(), name="account"),
    path("components/", components.Components.as_view(), name="components"),
    path("admin/", administration.Admin.as_view(), name="admin"),
    path("admin/people/", people.PeopleList.as_view(), name="people"),
    path("admin/people/invite/", people.Invite.as_view(), name="invite"),
    path("admin/people/roles/", people.Roles.as_view(), name="roles"),
    path("admin/people/<uuid:uid>/", people.Person.as_view(), name="person"),
    path("admin/people/<uuid:uid>/invite/", people.InviteAgain.as_view(), name="person-invite"),
    path("admin/people/<uuid:uid>/role/", people.ChangeRole.as_view(), name="person-role"),
    path("admin/people/<uuid:uid>/end/", people.EndAccess.as_view(), name="person-end"),
    path("invitation/<str:token>/", people.Accept.as_view(), name="accept"),
    path("organisations/", organisations.OrganisationList.as_view(), name="organisations"),
    path("organisations/new/", organisations.NewOrganisation.as_view(), name="organisation-new"),
    path("organisations/<uuid:uid>/", organisations.OrganisationPage.as_view(), name="organisation"),
    path("organisations/<uuid:uid>/change/", organisations.ChangeOrganisation.as_view(), name="organisation-change"),
    path("organisations/<uuid:uid>/teams/new/", organisations.NewTeam.as_view(), name="team-new"),
    path("admin/keys/", keys.KeyList.as_view(), name="keys"),
    path("admin/keys/new/", keys.NewKey.as_view(), name="key-new"),
    path("admin/keys/<uuid:uid>/revoke/", keys.RevokeKey.as_view(), name="key-revoke"),
    path("admin/audit/", trail.Looks.as_view(), name="audit"),
    path("admin/audit/changes/", trail.Changes.as_view(), name="audit-changes"),
    path("admin/audit/looked/<str:kind>/<int:subject_id>/", trail.WhoLooked.as_view(), name="who-looked"),
    path("jobs/", jobs.JobList.as_view(), name="jobs"),
    path("jobs/<uuid:uid>/", jobs.Job.as_view(), name="job"),
    path("jobs/<uuid:uid>/progress/", jobs.JobProgress.as_view(), name="job-progress"),
    path("jobs/<uuid:uid>/cancel/", jobs.JobCancel.as_view(), name="job-cancel"),
    path("operator/", operator.Operator.as_view(), name="operator"),
]
