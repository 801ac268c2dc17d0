from django.urls import URLPattern, URLResolver, path

from partners.views import home, operator

app_name = "partners"

urlpatterns: list[URLPattern | URLResolver] = [
    path("switch/", home.Switch.as_view(), name="switch"),
    path("welcome/hide/", home.HideWelcome.as_view(), name="hide-welcome"),
    path("help/", home.Help.as_view(), name="help"),
    path("account/", home.Account.as_view(), name="account"),
    path("operator/", operator.Operator.as_view(), name="operator"),
]
