"""Example bodies by component, or by media type where there is none: one story, with the same ids throughout.

A new component gets its line in the room that it belongs to; a view may give OpenApiExamples instead.
"""

from config.openapi.samples import assets, billing, workflows
from config.openapi.samples.ids import Named

ALL: Named = {**assets.ALL, **billing.ALL, **workflows.ALL}
