"""Every setting of the gateway, read from the environment with types; `.env` files are not read."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Django -----------------------------------------------------------------------------------------
SECRET_KEY: str = env.str("SECRET_KEY", "")
DEBUG: bool = env.bool("DEBUG", False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
PUBLIC_URL: str = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "csp",
    "config",
    "clients",
    "billing",
    "assets",
    "workflows",
]

MIDDLEWARE = [
    "clients.api.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "workflows.request_logs.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.logs.RequestLinesMiddleware",
]
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- PostgreSQL -------------------------------------------------------------------------------------
# The longest that one statement may take. gunicorn sets less for requests (`config/gunicorn.py`).
DATABASE_STATEMENT_SECONDS: int = env.int("DATABASE_STATEMENT_SECONDS", 60)
_APP_URL: str = env.str("DATABASE_URL", "postgres:///gateway")
# Who owns the tables and changes the schema (`migrate`, `prepare`), if not the same login. Empty in a process
# that does neither: it has no need to know.
_OWNER_URL: str = env.str("DATABASE_OWNER_URL", _APP_URL)


def _login(url: str) -> dict[str, Any]:
    given = environ.Env.db_url_config(url)
    return {
        **given,
        "ENGINE": "config.postgresql",
        # One for each thread, which keeps it, looked at before each request.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # A server that is gone without a word is missed within seconds; without effect on a unix socket.
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            **given.get("OPTIONS", {}),  # what the URL asks for: a socket's folder, sslmode
            # A session that dies inside a transaction must not hold a credit account for long.
            "options": (
                "-c idle_in_transaction_session_timeout=30000"
                f" -c statement_timeout={DATABASE_STATEMENT_SECONDS}000"
            ),
        },
    }


DATABASES = {"default": _login(_APP_URL)}
DATABASE_APP = _login(_APP_URL)
DATABASE_OWNER = _login(_OWNER_URL) if _OWNER_URL else {}

# --- Broker and cache -------------------------------------------------------------------------------
BROKER_URL: str = env.str("BROKER_URL", "")
CACHE_URL: str = env.str("CACHE_URL", "")
CACHES = {"default": env.cache_url_config(CACHE_URL) if CACHE_URL else env.cache_url_config("locmemcache://")}

# --- Rate limit of each API key, where its client has none of its own ---------------------------------
# Requests in the long run; 0: no limit. It is kept in the cache, which all processes share.
RATE_LIMIT_PER_SECOND: int = env.int("RATE_LIMIT_PER_SECOND", 100)
# Requests at once.
RATE_LIMIT_BURST: int = env.int("RATE_LIMIT_BURST", 2000)

# --- Studio -----------------------------------------------------------------------------------------
STUDIO_URL: str = env.str("STUDIO_URL", "")
STUDIO_TEST_URL: str = env.str("STUDIO_TEST_URL", "")
STUDIO_TOKEN: str = env.str("STUDIO_TOKEN", "")
STUDIO_TEST_TOKEN: str = env.str("STUDIO_TEST_TOKEN", STUDIO_TOKEN)
# Standard Webhooks secrets by key id; the first signs new jobs' callbacks, all of them verify.
STUDIO_CALLBACK_KEYS: dict[str, str] = dict(
    pair.split(":", 1) for pair in env.list("STUDIO_CALLBACK_KEYS", default=[])
)
STUDIO_CALLBACK_URL: str = env.str("STUDIO_CALLBACK_URL", PUBLIC_URL + "/internal/studio/callback")

# --- Life of a job ----------------------------------------------------------------------------------
JOB_DEADLINE = timedelta(seconds=env.int("JOB_DEADLINE_SECONDS", 15 * 60))
DISPATCH_LEASE = timedelta(seconds=env.int("DISPATCH_LEASE_SECONDS", 40))
RING_AGAIN_AFTER = timedelta(seconds=env.int("RING_AGAIN_SECONDS", 10))
# How often the scheduler audits what is new in the book; 0: never.
AUDIT_EVERY = timedelta(seconds=env.int("AUDIT_EVERY_SECONDS", 60))

# --- Pictures ---------------------------------------------------------------------------------------
S3_BUCKET: str = env.str("S3_BUCKET", "")
STORAGE_DIR = Path(env.str("STORAGE_DIR", str(BASE_DIR / "var" / "data" / "storage")))
_PICTURES_ON_DISK = {
    "BACKEND": "assets.storage.DiskStorage",
    "OPTIONS": {"location": str(STORAGE_DIR)},
}
_PICTURES_ON_S3 = {
    "BACKEND": "assets.storage.BucketStorage",
    "OPTIONS": {
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.str("S3_ENDPOINT_URL", "") or None,
        "region_name": env.str("AWS_REGION", "us-east-1"),
        "addressing_style": env.str("S3_ADDRESSING_STYLE", "auto"),
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": True,
    },
}
STORAGES = {
    "default": _PICTURES_ON_S3 if S3_BUCKET else _PICTURES_ON_DISK,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT: str | None = env.str("STATIC_ROOT", "") or None
# Without collected files (one machine) they are found where the packages keep them.
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
CLIENT_URL_LIFETIME = timedelta(seconds=300)
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
JSON_BODY_MAX_BYTES = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_BYTES + 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Secrets at rest --------------------------------------------------------------------------------
# Fernet keys, newest first: the first encrypts, all of them decrypt.
FIELD_ENCRYPTION_KEYS: list[str] = env.list("FIELD_ENCRYPTION_KEYS", default=[])

# --- Web process ------------------------------------------------------------------------------------
# Requests that one process answers at the same time; `config/gunicorn.py` starts as many threads.
WEB_THREADS: int = env.int("WEB_THREADS", 16)

# --- Public API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["clients.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["clients.authentication.HasCapability"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["clients.api.bodies.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "clients.api.negotiation.OneFormat",
    "DEFAULT_METADATA_CLASS": "clients.api.negotiation.AllowOnly",
    "DEFAULT_SCHEMA_CLASS": "config.openapi.GatewaySchema",
    "EXCEPTION_HANDLER": "clients.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COMPACT_JSON": True,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Image workflow gateway",
    "VERSION": "1.0.0",
    "DESCRIPTION": (
        "Dispatch image workflows, follow their jobs, fetch their renders, and see what each one cost. "
        "Credits are deducted when a job is accepted and refunded automatically, exactly once, if it fails."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Swagger UI rather than Redoc: a reader with a key can try what it reads.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "defaultModelsExpandDepth": 0,
        "displayRequestDuration": True,
        # A key is typed in for one visit: it is never kept in the browser.
        "persistAuthorization": False,
        "requestSnippetsEnabled": True,
    },
    "SCHEMA_PATH_PREFIX": "/v1",
    "PREPROCESSING_HOOKS": ["config.openapi.only_public_routes"],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "config.openapi.finish"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ArtifactRole": ["intermediate", "final"],
        "BackgroundStatus": "assets.models.Background.Status",
        "Capability": "clients.models.Capability",
        "EntryKind": "billing.models.LedgerEntry.Kind",
        "EventType": "workflows.models.JobEvent.Type",
        "EventVisibility": "workflows.models.JobEvent.Visibility",
        "JobStatus": "workflows.statuses.JOB_STATUS_CHOICES",
        "OperationClass": ["generator", "compose", "edit"],
        "OutputFit": "assets.models.OutputPreset.Fit",
        "OutputFormat": "assets.models.OutputPreset.Format",
        "PictureType": ["image/jpeg", "image/png", "image/webp"],
        "RenderOrigin": ["edit", "compose"],
        "UploadMethod": ["PUT"],
        "UsageGrouping": "workflows.usage.GROUPS",
    },
}

# --- Admin ------------------------------------------------------------------------------------------
LOGIN_REDIRECT_URL = "admin:index"
UNFOLD = {
    "SITE_TITLE": "Image workflow gateway",
    "SITE_HEADER": "Image workflow gateway",
    "SITE_SUBHEADER": "Back office",
    "SITE_SYMBOL": "image",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": ["config.back_office.stylesheet"],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "config.back_office.icon"}],
    "GLOBAL_CALLBACK": "config.back_office.every_page",
    "DASHBOARD_CALLBACK": "config.back_office.first_page",
    "SIDEBAR": {"navigation": "config.back_office.navigation"},
}

# --- Security ---------------------------------------------------------------------------------------
_HTTPS = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", False) else None
SECURE_SSL_REDIRECT = _HTTPS
# Studio and health checks call from inside, where nothing ends TLS.
SECURE_REDIRECT_EXEMPT = [r"^internal/", r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    },
}

# --- Logs -------------------------------------------------------------------------------------------
# The id is our own: RequestIdMiddleware puts it in place of whatever the caller sent.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
