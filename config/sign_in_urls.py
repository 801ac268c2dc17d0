"""The pages of signing in: those of allauth that people here need, and no others."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, URLResolver, path, re_path

from partners.views.sign_in import AskForPassword

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("invited/", account.signup, name="account_signup"),  # closed: the page says that people come by invitation
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", AskForPassword.as_view(), name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("codes/", mfa.index, name="mfa_index"),
    path("codes/enter/", mfa.authenticate, name="mfa_authenticate"),
    path("codes/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("codes/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("codes/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/recovery/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/recovery/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/recovery/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
