"""Django's settings, all from `base.env` (see docs/settings.md)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

from civigrid.base import env
from civigrid.base.crypto import site_secret

PACKAGE = Path(__file__).parent

DEBUG = env.DEBUG.flag()
SECRET_KEY = site_secret()
ALLOWED_HOSTS = env.ALLOWED_HOSTS.words()
PUBLIC_URL = env.PUBLIC_URL.text()
if PUBLIC_URL:
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AREAS = [
    "directory", "places", "catalog", "intake", "classify", "locate", "link", "route", "cases",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "civigrid.base",
    *[f"civigrid.{area}" for area in AREAS if find_spec(f"civigrid.{area}.models")],
    "civigrid.web",
]
MIDDLEWARE = [
    "civigrid.web.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "civigrid.web.middleware.acting",
]
ROOT_URLCONF = "civigrid.urls"
WSGI_APPLICATION = None
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "civigrid.web.shell.shell",
            ],
        },
    },
]


def database(url: str) -> dict[str, Any]:
    """Django's form of a postgresql:// address; a socket folder stands in `?host=`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "civigrid.base.postgres",
        "NAME": unquote(parts.path.lstrip("/")) or "civigrid",
        "USER": unquote(parts.username or "civigrid"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": {
            **query,
            "application_name": "civigrid",
            "pool": {"min_size": 1, "max_size": env.POOL_SIZE.number(), "timeout": 10, "max_idle": 300},
        },
    }


DATABASES = {"default": database(env.DATABASE_URL.text())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.Account"
AUTHENTICATION_BACKENDS = ["civigrid.web.accounts.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "civigrid.web.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
# a whole town hall may sign in from one address in the same minute; an account is what must not be tried out
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "100/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.TRUSTED_PROXIES.number()
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "civigrid.web.accounts.Authenticators"
SESSION_ENGINE = "civigrid.web.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "civigrid_session"
CSRF_FAILURE_VIEW = "civigrid.web.errors.forbidden_csrf"
CSRF_COOKIE_NAME = "civigrid_csrf"
LANGUAGE_COOKIE_NAME = "civigrid_language"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"  # stored and computed in UTC; the pack's timezone decides days and display

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600


def static_headers(headers: dict[str, str], _path: str, url: str) -> None:
    """Modules that are named by others, without a mark of their content: browsers ask each time whether they changed."""
    if "/js/map-" in url or "/js/live-" in url:
        headers["Cache-Control"] = "no-cache"


WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PROCRASTINATE_WORKER_DEFAULTS = {"install_signal_handlers": False}
LOGGING_CONFIG = "civigrid.base.logs.configure"
LOGGING = {"level": env.LOG_LEVEL.text().upper()}
SILENCED_SYSTEM_CHECKS: list[str] = []
