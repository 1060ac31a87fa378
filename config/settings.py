"""Settings. Everything that differs between machines comes from the environment (README, "Settings")."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment
from config.devstack import private_urls
from config.keys import stored_keys

BASE_DIR = environment.BASE_DIR
DATA_DIR = environment.data_dir()
PRODUCTION = environment.flag("PRODUCTION")
DEBUG = environment.flag("DEBUG") and not PRODUCTION
# The header X-Test-Now moves the clock of a request. Never where real money is decided.
TEST_CLOCK = environment.flag("TEST_CLOCK")
# Months of the journal and of tracking that are made on either side of today when the schema is. Commands may tell of what happened up to a year ago
# (`import_orders --now`); each month more costs every reader of a whole journal a little.
MONTHS_AROUND = 13
if PRODUCTION and TEST_CLOCK:
    raise ImproperlyConfigured("TEST_CLOCK=1 lets callers choose the time; PRODUCTION=1 refuses to start with it.")

# A name of a pause point (orders/faults.py): a process that comes there waits to be killed.
FAULT = os.environ.get("FAULT", "")
if PRODUCTION and FAULT:
    raise ImproperlyConfigured("FAULT stops work half way, for tests; PRODUCTION=1 refuses to start with it.")

# Secrets. Production must be told them; elsewhere they are made once and kept in DATA_DIR.
if PRODUCTION:
    SECRET_KEY = environment.check_secret_key(environment.required("SECRET_KEY"))
    DATA_KEY = environment.check_data_key(environment.required("DATA_KEY"))
    _urls = {name: environment.required(name) for name in ("DATABASE_URL", "REDIS_URL")}
    _urls["DATABASE_OWNER_URL"] = os.environ.get("DATABASE_OWNER_URL", "")
else:
    SECRET_KEY = os.environ.get("SECRET_KEY") or stored_keys(DATA_DIR)["SECRET_KEY"]
    DATA_KEY = os.environ.get("DATA_KEY") or stored_keys(DATA_DIR)["DATA_KEY"]
    _urls = private_urls(DATA_DIR)
    if os.environ.get("DATABASE_URL"):
        _urls |= {name: os.environ.get(name, "") for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    _urls["REDIS_URL"] = os.environ.get("REDIS_URL") or _urls["REDIS_URL"]
# What an earlier DATA_KEY has sealed stays readable while that key stands here.
DATA_KEYS_OLD = tuple(environment.check_data_key(key) for key in environment.words("DATA_KEYS_OLD"))

# The application works as a role that can neither change the schema nor touch journal and ledger afterwards.
# migrate, and nothing else, works as the owner: config/owner.py switches the same connection over.
DATABASES: dict[str, dict[str, Any]] = {"default": environment.database(_urls["DATABASE_URL"])}
DATABASE_OWNER = dict(dj_database_url.parse(_urls["DATABASE_OWNER_URL"])) if _urls["DATABASE_OWNER_URL"] else {}
APPLICATION_ROLE = DATABASES["default"]["USER"]
REDIS_URL = _urls["REDIS_URL"]
# Nothing that must last: the brake on logins (casework/brake.py). Who logs in does not wait long for it.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "desk",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    "unfold.apps.BasicAppConfig",
    "config.admin_app.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "orders",
    "casework",
    "logistics",
    "refunds",
]

MIDDLEWARE = [
    "config.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "casework.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.NeverStored",
    "config.middleware.Straight",
    "config.middleware.RequestClock",
    "django_htmx.middleware.HtmxMiddleware",
    "casework.views.session.BackToThePage",
    "casework.views.errors.Refusals",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# People
AUTH_USER_MODEL = "orders.User"
AUTHENTICATION_BACKENDS = ["orders.backends.RoleBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files
STATIC_URL = "/static/"
MEDIA_ROOT = DATA_DIR / "evidence"
UPLOAD_DIR = DATA_DIR / "uploads"
# In production static files are collected and their names carry a digest; elsewhere they are served from where they lie.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    # Customers' photographs are nobody else's business on this machine; static files are everybody's.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# The way in
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
# Cookies travel over TLS only, unless a trial on one machine says HTTPS=0.
HTTPS = environment.flag("HTTPS", default=PRODUCTION)
SESSION_COOKIE_NAME = os.environ.get("SESSION_COOKIE_NAME", "sessionid")
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "casework.views.errors.no_csrf"
BEHIND_PROXY = environment.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "orders.api.tokens.TokenAuthentication",
        "orders.api.sessions.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["orders.api.parsing.StrictJSON"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "casework.api.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "orders.api.openapi.DeskSchema",
    "EXCEPTION_HANDLER": "casework.api.errors.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "After-sales desk",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "casework.api.meanings.say_what_parameters_mean"],
    "ENUM_NAME_OVERRIDES": {
        "CaseKind": "casework.api.bodies.kinds_by_hand",
        "Category": "casework.workflow.Category",
        "ContactChannel": "casework.models.Channel",
        "ContactOutcome": "casework.models.Outcome",
        "DeadlineStatus": "casework.models.Deadline.Status",
        "EvidenceKind": "casework.models.EvidenceKind",
        "FindingKind": "logistics.models.FindingKind",
        "FreightPaidBack": "logistics.freight.PaidBack",
        "FreightParty": "logistics.freight.Party",
        "InquiryWay": "logistics.models.Way",
        "NoticeWhat": "casework.models.Notice.What",
        "OrderStatus": "orders.models.OrderStatus",
        "ParcelSignedBy": "logistics.models.SignedBy",
        "ParcelStage": "logistics.models.Stage",
        "SnoozedFor": "casework.models.SnoozedFor",
        "WeighedBy": "logistics.models.WeighedBy",
        "BeyondKind": "refunds.models.Beyond",
        "LedgerParty": "casework.models.Ledger.Party",
        "RefundReason": "refunds.models.Reason",
        "RefundGround": "refunds.models.Ground",
        "ReturnReason": "refunds.models.Why",
        "PayeeChannel": "refunds.models.PayeeChannel",
    },
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("After-sales desk"),
    "SITE_HEADER": _("After-sales desk"),
    "SITE_SUBHEADER": _("Back office"),
    "SITE_SYMBOL": "support_agent",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "config.admin_look.favicon"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "THEME": "config.admin_look.theme",
    "STYLES": ["config.admin_look.tokens", "config.admin_look.styles"],
    "SCRIPTS": ["config.admin_look.script"],
    "SIDEBAR": {"navigation": "config.admin_look.navigation"},
    "ACCOUNT": {"navigation": "config.admin_look.account_links"},
}

# Mail to leads. Without a mail server letters are laid down as files, so that nothing is lost and nothing waits.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "desk@localhost")

# Where kuaidi100 is asked; each shop has its own account there (create_shop --kuaidi100-...).
KUAIDI100_URL = os.environ.get("KUAIDI100_URL", "https://poll.kuaidi100.com")

# Transfers by Alipay (docs/operations.md): the app, and the directory with its key and the three certificates. Without them there is no such button.
ALIPAY_APP_ID = os.environ.get("ALIPAY_APP_ID", "").strip()
ALIPAY_KEYS = os.environ.get("ALIPAY_KEYS", "").strip()
ALIPAY_URL = os.environ.get("ALIPAY_URL", "https://openapi.alipay.com/gateway.do")

# Celery only wakes sweeps. A task is acknowledged when it begins, so the broker hands out again only what nobody has begun within this time:
# the night may run longer than that (logistics/tasks.py), and a second one that is woken leaves each shop to the run that holds it.
CELERY_BROKER_URL = environment.broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.celery:BeatingScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own handler would print each record a second time.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Celery tells of every tick that went well.
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
