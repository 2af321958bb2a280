"""The one-machine default: environment, PostgreSQL, Valkey and the supervisor; nothing to install first."""
