from config.openapi.samples import ids
from config.openapi.samples.ids import Named

_WHITE_SWEEP = {
    "public_id": ids.BACKGROUND_ID,
    "image_url": ids.link("catalogue/9b1f07.jpg"),
    "status": "active",
    "spec": {
        "display_name": "White sweep",
        "scene_type": "studio sweep",
        "mood": "bright",
        "dominant_colors": ["#e9e7e3", "#f4f2ef", "#d8d0c6"],
        "metadata": {"seed": 2, "width": 1600, "height": 1200},
    },
    "description": "A seamless off-white studio sweep under soft light.",
    "generation_job_public_id": None,
    "created_at": "2026-01-12T08:30:00.000Z",
}
_STORY = {
    "name": "story",
    "width": 1080,
    "height": 1920,
    "fit": "cover",
    "format": "jpeg",
    "quality": 86,
    "padding_color": "#ffffff",
}
_WHOLE = {
    "name": "whole-background",
    "width": 1200,
    "height": 1200,
    "fit": "pad",
    "format": "jpeg",
    "quality": 88,
    "padding_color": "#ffffff",
}
ALL: Named = {
    "CatalogBackground": {"background": _WHITE_SWEEP},
    "BackgroundList": {"page": {"backgrounds": [_WHITE_SWEEP], "next_cursor": ids.CURSOR}},
    "OutputPresetList": {"page": {"output_presets": [_STORY, _WHOLE], "next_cursor": None}},
    "UploadAnswer": {
        "upload": {
            "upload_key": ids.UPLOAD_KEY,
            "image_url": ids.link(ids.UPLOAD_KEY),
            "width": 4032,
            "height": 3024,
        }
    },
}
