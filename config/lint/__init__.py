"""The checks that the house uses on itself; `manage.py lint` runs them."""
