"""The settings of a deployment: behind a TLS-ending proxy, secrets from the environment, refused when unsafe."""

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import MIDDLEWARE, SECRET_KEY

if len(SECRET_KEY) < 32 or "change" in SECRET_KEY.lower() or "tests-only" in SECRET_KEY:
    env.stop("SECRET_KEY is a default or too short; make one with: openssl rand -base64 48")
if env.boolean("DEBUG", default=False):
    env.stop("DEBUG is on; a deployment must not show its insides. Remove DEBUG or set it to false.")

REQUIRE_PLAIN_DATABASE_ROLE = True
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
if not ALLOWED_HOSTS:
    env.stop("Set ALLOWED_HOSTS to the names this site answers to.")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The proxy writes the caller's address down, and nothing else reaches this process (docker-compose.yml).
MIDDLEWARE = ["partners.platform.frame.middleware.CallerAddressMiddleware", *MIDDLEWARE]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.HashedFiles"},
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
