"""Settings common to every installation; each integration that needs many lines has a file beside this one."""

import sys
from pathlib import Path
from typing import Any

import pghistory
import pgtrigger
from csp.constants import NONCE, NONE, SELF

from config import env, work

BASE_DIR = env.BASE_DIR
STATE_DIR = Path(env.text("CASELOAD_STATE_DIR", str(BASE_DIR / "var")))

SECRET_KEY = env.text("SECRET_KEY")
FIELD_KEY = env.key32("CASELOAD_FIELD_KEY")
DEBUG = False
# The demonstration has known passwords: only settings for one machine or for tests allow it.
DEMONSTRATION_ALLOWED = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "guardian",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "csp",
    "django_htmx",
    "partners",
    "employers",
    "commissioning",
    "caseload",
    "reporting",
    "config.apps.ConfigConfig",
]

MIDDLEWARE = [
    "partners.platform.frame.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "partners.platform.frame.middleware.PrivateMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.failures.LongAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "partners.consortium_middleware.TenantMiddleware",
    "partners.platform.frame.middleware.AuditContextMiddleware",
    "config.failures.WrongMethodMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["partners.platform.frame.loaders.OwnTemplates", "partners.platform.frame.loaders.TemplatesOfApps"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "partners.platform.frame.context_processors.frame",
            ],
            "builtins": [
                "django.templatetags.static",
                "partners.platform.frame.tags",
                "partners.platform.documents.tags",
                "partners.platform.signoff.tags",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.database("DATABASE_URL"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    },
}
_LIMITS = work.LIMITS[work.kind_of(sys.argv, env.text("CASELOAD_WORK", ""))].as_options()
DATABASES["default"]["OPTIONS"]["options"] = f"{DATABASES['default']['OPTIONS'].get('options', '')} {_LIMITS}".strip()
# A second connection on which a long job tells how far it is, while its own transaction is still open.
DATABASES["progress"] = {**DATABASES["default"], "TEST": {"MIRROR": "default"}}
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", DATABASES["default"]["USER"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "partners.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "partners.passwords.NotCommon"},
    {"NAME": "partners.passwords.NotOfThisPlace"},
    {"NAME": "partners.passwords.NotLikeTheAddress"},
]
ANONYMOUS_USER_NAME = None  # guardian: nobody signs in as nobody
GUARDIAN_AUTO_PREFETCH = False
GUARDIAN_MONKEY_PATCH_USER = False

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "partners.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail
ACCOUNT_EMAIL_VERIFICATION = "none"  # people arrive by invitation, which is sent to the address
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
# A whole office comes in from one address in the morning; guessing is held back by the limit on failures.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_FORMS = {
    "login": "partners.forms.account.SignIn",
    "change_password": "partners.forms.account.ChangePassword",
    "reset_password": "partners.forms.account.AskForPassword",
    "reset_password_from_key": "partners.forms.account.SetPassword",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Caseload"
MFA_ADAPTER = "partners.sign_in_codes.CodesAdapter"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "partners.views.failures.form_too_old"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Throttles must hold across processes and with the broker stopped, so they are kept in the database.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "throttle_cache"}}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "var" / "vendor"]
MEDIA_ROOT = STATE_DIR / "files"
# Files kept with records, encrypted; on a volume of their own, and in the backup.
DOCUMENTS_ROOT = Path(env.text("CASELOAD_DOCUMENTS_DIR", str(STATE_DIR / "documents")))
CLAMAV_ADDRESS = env.address("CLAMAV_ADDRESS")
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
EMAIL_TIMEOUT = 10  # seconds: a mail server that says nothing must not hold a page or a job
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "caseload@localhost")

CELERY_BROKER_URL = env.text("REDIS_URL", "")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 1,  # of whoever rings; config.celery takes it from the worker, which waits for the bell
    "socket_keepalive": True,
    "max_retries": 1,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 50 * 60
CELERY_TASK_TIME_LIMIT = 55 * 60
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.scheduling.SteadyScheduler"
CELERY_BEAT_SCHEDULE = {
    "ring-waiting-jobs": {"task": "partners.ring_waiting_jobs", "schedule": 10.0},
    "daily-upkeep": {"task": "partners.daily_upkeep", "schedule": 60.0 * 60},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.platform.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["partners.platform.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["partners.platform.api.answers.AnswerRenderer"],
    "DEFAULT_PARSER_CLASSES": ["partners.platform.api.parsers.LimitedJSONParser"],
    "EXCEPTION_HANDLER": "partners.platform.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
}
PGHISTORY_APPEND_ONLY = True
# Triggers are installed after every migrate rather than by 250 migration operations, each of which would make Django
# draw all models anew: a minute for every test database.
PGTRIGGER_MIGRATIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = True
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()

SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "without_keys": {"()": "partners.platform.frame.logs.WithoutKeys"},
        "one_line_for_faults": {"()": "partners.platform.frame.faults.OneLineForFaults"},
        "refusals_in_a_line": {"()": "partners.platform.frame.logs.RefusalsInALine"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["one_line_for_faults", "refusals_in_a_line", "without_keys"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"pgtrigger": {"level": "WARNING"}},  # a line per trigger and migrate, otherwise
}
