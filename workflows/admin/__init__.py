from workflows.admin.jobs import JobAdmin
from workflows.admin.request_logs import RequestLogAdmin
from workflows.admin.settings import WorkflowSettingAdmin

__all__ = ["JobAdmin", "RequestLogAdmin", "WorkflowSettingAdmin"]
