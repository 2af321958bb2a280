"""The four states of a job, the same words in the row and on the wire."""

from django.db import models


class JobStatus(models.TextChoices):
    NOT_STARTED = "NOT_STARTED", "Not started"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    SUCCESS = "SUCCESS", "Success"
    FAILURE = "FAILURE", "Failure"


LIVE = (JobStatus.NOT_STARTED, JobStatus.IN_PROGRESS)
JOB_STATUS_CHOICES = JobStatus.choices
