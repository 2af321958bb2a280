"""The WSGI application that gunicorn serves."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from config import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Request(WSGIRequest):
    """A Content-Type that can't be read counts as none: Django would fail before any of our code runs."""

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except (LookupError, ValueError):
            environ["CONTENT_TYPE"] = ""
            super().__init__(environ)


application = get_wsgi_application()
application.request_class = Request
start.refuse_wrong_configuration()
