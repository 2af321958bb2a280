"""Django's PostgreSQL backend with an end to every wait: a server that hangs must not keep our threads.

Each thread keeps a connection of its own from request to request, looked at before it is used again:
`docs/decisions/0013` says why there is no pool.
"""

import time
from typing import Any, TypeVar

import psycopg
from django.conf import settings
from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg.abc import PQGen

_Answer = TypeVar("_Answer")

# How long a connection that was idle may take to say that it lives, in seconds.
ALIVE_SECONDS = 5.0
# The server's own limit of a statement is the better end, since it leaves the connection whole.
BEYOND_STATEMENT_SECONDS = 2.0
# After somebody waited in vain to connect, nobody else does for so long.
SPARED_SECONDS = 1.0
_SLOW_SECONDS = 1.0


class Connection(psycopg.Connection[Any]):
    """Closes itself, and raises OperationalError, when the server leaves a question unanswered."""

    patience = settings.DATABASE_STATEMENT_SECONDS + BEYOND_STATEMENT_SECONDS

    def wait(self, gen: PQGen[_Answer], interval: float = 0.1, timeout: float | None = None) -> _Answer:
        patience = self.patience if timeout is None else timeout
        end = time.monotonic() + patience
        try:
            return super().wait(gen, interval, patience)
        except psycopg.OperationalError:
            if timeout is None and time.monotonic() >= end:
                # A late answer would be taken for that of the next question.
                self.pgconn.finish()
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    # Of the monotonic clock; shared by the threads of a process.
    spared_until = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Raises at once while it is known that the server leaves those who connect waiting."""
        began = time.monotonic()
        if began < DatabaseWrapper.spared_until:
            raise OperationalError("the database did not answer somebody else a moment ago")
        self.isolation_level = IsolationLevel.READ_COMMITTED
        try:
            return Connection.connect(**conn_params)
        except psycopg.OperationalError:
            now = time.monotonic()
            if now - began > _SLOW_SECONDS:
                DatabaseWrapper.spared_until = now + SPARED_SECONDS
            raise

    def is_usable(self) -> bool:
        if isinstance(self.connection, Connection):
            self.connection.patience = ALIVE_SECONDS
        usable: bool = super().is_usable()
        if usable:
            self.connection.patience = Connection.patience
        return usable
