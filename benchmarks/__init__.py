"""Measurements: ratios first, each beside a baseline of the same minute. `manage.py bench` lists and runs them."""
