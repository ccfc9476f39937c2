"""Settings of AanZet, all from the environment; without any, the embedded servers of ``config.embedded`` are used.

Secrets may also come from a file named in ``<NAME>_FILE`` (Docker and Kubernetes secrets).
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from config import embedded
from config.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = embedded.var_dir()
env = environ.FileAwareEnv()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")


def _need(name: str, hint: str) -> str:
    """A setting without a safe default in production."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    return str(value)


def _local_secret() -> str:
    """The key of a local installation: made once and kept in ``var/``."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # several processes may start at once: the first one wins
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()


def _origins(providers: dict[str, Any]) -> list[str]:
    """Scheme and host of each OpenID Connect provider."""
    urls = [urlsplit(app["settings"]["server_url"]) for app in providers["openid_connect"]["APPS"]]
    return sorted({f"{url.scheme}://{url.netloc}" for url in urls})


# --- What kind of installation this is -----------------------------------------------------------------------------
# "local": bin/demo, tests, a laptop. "production": everything must be set, cookies only over https.
MODE = env.str("AANZET_MODE", default="local")
if MODE not in {"local", "production"}:
    raise ImproperlyConfigured(f"AANZET_MODE is '{MODE}', but it must be 'local' or 'production'.")
PRODUCTION = MODE == "production"
DEMO = env.bool("AANZET_DEMO", default=False)  # demo log-ins and the mailbox page
DEMO_LOGINS = SimpleLazyObject(lambda: import_string("portal.demo.logins.LOGINS"))
if DEMO and PRODUCTION:
    raise ImproperlyConfigured("AANZET_DEMO shows passwords and mails on pages; it can't be used in production.")
DEBUG = env.bool("AANZET_DEBUG", default=False)
SECRET_KEY = (
    _need("SECRET_KEY", "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'")
    if PRODUCTION
    else env.str("SECRET_KEY", default="") or _local_secret()
)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The house, from the roof down ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "changelab",
    "learning_network",
    "participation",
    "initiatives",
    "foundation.voting",
    "foundation.meetings",
    "foundation.discussion",
    "foundation.surveys",
    "foundation.municipalities",
    "foundation.notifications",
    "foundation.accounts",
    "foundation.core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "pgtrigger",
    "rules.apps.AutodiscoverRulesConfig",
    "template_partials",
    *env.list("AANZET_EXTRA_APPS", default=[]),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.core.middleware.security_headers",
    "foundation.core.middleware.storable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "foundation.core.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.page_cache.middleware",
    "foundation.voting.middleware.lean_door",
    "foundation.municipalities.middleware.municipality",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["foundation.core.templatetags.aanzet"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "foundation.core.context.layout",
            ],
        },
    }
]
# Who fills the navigation: functions (request) -> list of items, asked by foundation.core.context.
PUBLIC_NAVIGATION = ["portal.navigation.public"]
STAFF_NAVIGATION = ["portal.navigation.staff"]
ACCOUNT_NAVIGATION = ["portal.navigation.account"]
FOOTER_NAVIGATION = ["portal.navigation.footer"]

# What other apps show on the page of a neighbourhood: (request, area) -> list of queries.AreaSection.
AREA_SECTIONS = ["portal.areas.sections"]
# Who holds on to where a resident lives, such as a running vote: (residency) -> reasons, empty when it may change.
RESIDENCY_GUARDS = ["portal.guards.running_votes"]
# In which language an e-mail in the name of a municipality is written: (its id) -> language code.
MAIL_LANGUAGE = "foundation.municipalities.queries.mail_language"

# --- Data ----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL") if env.str("DATABASE_URL", default="") else embedded.database_settings()}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("DB_CONN_MAX_AGE", default=0) or None,
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": env.str("AANZET_TEST_DB", default="test_aanzet")},
}
# The casting path keeps prepared statements; turn off behind a pooler that gives each transaction another connection.
DB_PREPARED = env.bool("DB_PREPARED", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="") or embedded.redis_url()
CACHES = {
    "default": {
        "BACKEND": "foundation.core.cache.KeptRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("AANZET_CACHE_PREFIX", default="aanzet"),
    }
}
SESSION_ENGINE = "foundation.core.sessions"  # in the cache: a choice that is not cast yet never reaches the database
SESSION_CACHE_ALIAS = "default"
SESSION_COOKIE_NAME = "aanzet_sessie"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Background work ------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # a killed worker's task is taken over by another one
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Amsterdam"
# Beat keeps nothing on disk: every task may run twice, and what must happen on a day goes by the calendar.
CELERY_BEAT_SCHEDULER = "foundation.core.beat:SigningScheduler"
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}}]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "foundation.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "foundation.accounts.forms.LogInForm", "signup": "foundation.accounts.forms.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # the password is not asked at sign-up, but may be chosen later
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds; mail is not always quick
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": True, "length": 8}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail when a password, address or second step changes
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
MFA_ADAPTER = "foundation.accounts.adapters.MFAAdapter"
MFA_FORMS = {"add_webauthn": "foundation.accounts.forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # half a minute: clocks of telephones differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "AanZet"
SOCIALACCOUNT_ADAPTER = "foundation.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "foundation.accounts.forms.SocialSignUpForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# OpenID Connect providers as JSON: [{"provider_id": "...", "name": "...", "client_id": "...", "secret": "...",
#   "settings": {"server_url": "https://..."}}]. See docs/login.md.
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": env.json("OIDC_PROVIDERS", default=[])}
}
# Turns identifiers of providers into pseudonyms; whoever changes it makes linked people strangers.
PSEUDONYM_KEY = env.str("PSEUDONYM_KEY", default="") or SECRET_KEY
TWO_FACTOR_FOR_STAFF = env.bool("TWO_FACTOR_FOR_STAFF", default=not DEMO)

# --- E-mail ---------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025" if not DEMO else "consolemail://"))
if DEMO:
    EMAIL_BACKEND = "portal.demo.mailbox.MailboxBackend"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="AanZet <aanzet@example.nl>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language, time, words ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [
    BASE_DIR / "locale" / label
    for label in (
        "portal",
        "changelab",
        "learning_network",
        "participation",
        "initiatives",
        "voting",
        "meetings",
        "discussion",
        "surveys",
        "municipalities",
        "notifications",
        "accounts",
        "core",
    )
]
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
FORMAT_MODULE_PATH = ["config.formats"]

# --- Files and pages -------------------------------------------------------------------------------------------------
FRONTEND_DIR = BASE_DIR / "var" / "frontend"  # what `manage.py frontend` takes from node_modules
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static", *([FRONTEND_DIR] if FRONTEND_DIR.exists() else [])]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("AANZET_HASHED_STATIC", default=PRODUCTION)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 3600 if PRODUCTION else 60
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
FILE_UPLOAD_PERMISSIONS = 0o640
PRIVATE_ROOT = env.path("PRIVATE_ROOT", default=str(VAR_DIR / "private"))  # letters with codes; served by no web server
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
CRISPY_ALLOWED_TEMPLATE_PACKS = ["nlds"]
CRISPY_TEMPLATE_PACK = "nlds"
DJANGO_TABLES2_TEMPLATE = "components/table.html"
PGTRIGGER_INSTALL_ON_MIGRATE = False

# --- Security (BIO2, internet.nl) -------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "aanzet_csrf"
CSRF_FAILURE_VIEW = "foundation.core.views.errors.csrf_failure"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the check marks inside the Utrecht component CSS
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers follow a form to where it redirects: the log-in pages of OpenID Connect providers.
        "form-action": [SELF, *_origins(SOCIALACCOUNT_PROVIDERS), *env.list("OIDC_FORM_ACTIONS", default=[])],
        "base-uri": [NONE],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
# How many proxies stand before us: the client's address is that many places from the right of X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
}
