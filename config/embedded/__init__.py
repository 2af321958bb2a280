"""The one-machine default: environment, PostgreSQL, Valkey and the supervisor, with nothing to install first."""
