"""The main job once from end to end, shown to a newcomer: `manage.py demo`."""
