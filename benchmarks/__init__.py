"""Measurements: ratios first, each beside a baseline of the same minute. See `manage.py bench --help`."""
