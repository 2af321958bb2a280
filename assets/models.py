from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from assets import formats
from clients import ulids
from clients.callers import Caller, OwnedQuerySet
from clients.models import Client
from clients.ulids import ULIDField


class Upload(models.Model):
    """A source image that we looked into; its key stands under its client's storage prefix."""

    id = ULIDField(primary_key=True, default=ulids.new, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", db_index=False)
    livemode = models.BooleanField()
    key = models.CharField(max_length=1024, unique=True)
    format = models.CharField(max_length=8)
    width = models.IntegerField(help_text="Pixels.")
    height = models.IntegerField(help_text="Pixels.")
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    objects = OwnedQuerySet.as_manager()

    # Below its client's prefix: what came by a presigned link.
    PRESIGNED = "presigned/"

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(name="upload_of_client", fields=["client", "livemode", "-id"])]

    def __str__(self) -> str:
        return self.key

    @property
    def place(self) -> str:
        """Where the bytes lie that were looked into; no link for writing leads there."""
        _, _, mode, rest = self.key.split("/", 3)
        if not rest.startswith(self.PRESIGNED):
            return self.key
        return f"sources/{mode}/{self.client_id}/{self.sha256}.{formats.BY_NAME[self.format].extension}"


class BackgroundQuerySet(OwnedQuerySet["Background"]):
    def for_client(self, caller: Caller) -> Self:
        """The shared catalogue and the caller's own entries."""
        return self.filter(Q(client=None) | Q(client_id=caller.client.id, livemode=caller.livemode))


class Background(models.Model):
    """An entry of the catalogue: shared by all clients, or one client's own in the mode that made it."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        ARCHIVED = "archived", "Archived"

    id = ULIDField(primary_key=True, default=ulids.new, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", null=True, blank=True)
    livemode = models.BooleanField(null=True, blank=True)
    slug = models.SlugField(max_length=80, unique=True, null=True, blank=True, help_text="Of a shared entry.")
    key = models.CharField(max_length=1024)
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    display_name = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")
    scene_type = models.CharField(max_length=255)
    mood = models.CharField(max_length=255)
    dominant_colors = models.JSONField(default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    generation_job_id = ULIDField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BackgroundQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="background_owner_has_mode",
                condition=Q(client__isnull=True, livemode__isnull=True)
                | Q(client__isnull=False, livemode__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.id


class OutputPreset(models.Model):
    """The size and format of a delivered picture. An accepted job keeps the preset as it was."""

    class Fit(models.TextChoices):
        COVER = "cover", "Cover: fill the frame"
        CONTAIN = "contain", "Contain: all of the picture in the frame"
        PAD = "pad", "Pad: all of the picture, the rest in the padding colour"

    class Format(models.TextChoices):
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"
        WEBP = "webp", "WebP"
        AVIF = "avif", "AVIF"

    name = models.SlugField(primary_key=True, max_length=64)
    width = models.PositiveIntegerField(validators=[MinValueValidator(16), MaxValueValidator(8000)])
    height = models.PositiveIntegerField(validators=[MinValueValidator(16), MaxValueValidator(8000)])
    fit = models.CharField(max_length=8, choices=Fit, default=Fit.COVER)
    format = models.CharField(max_length=8, choices=Format, default=Format.JPEG)
    quality = models.PositiveIntegerField(
        default=88, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    padding_color = models.CharField(
        max_length=7, default="#ffffff", validators=[RegexValidator(r"^#[0-9a-f]{6}\Z")]
    )
    active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=100, help_text="Lower stands first in the list.")

    class Meta:
        ordering = ("position", "name")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="output_preset_size_is_sane",
                condition=Q(width__range=(16, 8000), height__range=(16, 8000), quality__range=(1, 100)),
            )
        ]

    def __str__(self) -> str:
        return self.name
