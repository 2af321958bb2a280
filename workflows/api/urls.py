from django.urls import path

from workflows.api import dispatches, jobs, operations, renders, request_logs

urlpatterns = [
    *dispatches.urlpatterns(),
    path("jobs", jobs.JobListView.as_view(), name="jobs"),
    path("jobs/<str:public_id>", jobs.JobView.as_view(), name="job"),
    path("jobs/<str:public_id>/events", jobs.JobEventsView.as_view(), name="job-events"),
    path("jobs/<str:public_id>/cancel", jobs.JobCancelView.as_view(), name="job-cancel"),
    path("renders", renders.RenderListView.as_view(), name="renders"),
    path("renders/<str:public_id>", renders.RenderView.as_view(), name="render"),
    path("operations", operations.OperationListView.as_view(), name="operations"),
    path("request-logs", request_logs.RequestLogListView.as_view(), name="request-logs"),
    path("request-logs/<str:request_id>", request_logs.RequestLogView.as_view(), name="request-log"),
]
