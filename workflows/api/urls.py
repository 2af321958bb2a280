from django.urls import path

from workflows.api import dispatches, jobs, operations, renders, request_logs, spec_vocabulary, usage

urlpatterns = [
    *dispatches.urlpatterns(),
    path("jobs", jobs.JobListView.as_view(), name="jobs"),
    path("jobs/<str:public_id>", jobs.JobView.as_view(), name="job"),
    path("jobs/<str:public_id>/events", jobs.JobEventsView.as_view(), name="job-events"),
    path("jobs/<str:public_id>/cancel", jobs.JobCancelView.as_view(), name="job-cancel"),
    path("renders", renders.RenderListView.as_view(), name="renders"),
    path("renders/<str:public_id>", renders.RenderView.as_view(), name="render"),
    path("operations", operations.OperationListView.as_view(), name="operations"),
    path("spec-vocabulary", spec_vocabulary.SpecVocabularyView.as_view(), name="spec-vocabulary"),
    path("usage", usage.UsageView.as_view(), name="usage"),
    path("request-logs", request_logs.RequestLogListView.as_view(), name="request-logs"),
    path("request-logs/<str:request_id>", request_logs.RequestLogView.as_view(), name="request-log"),
]
