import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.list_request_logs_workflow import ListRequestLogsWorkflow
from ...models.request_log_list import RequestLogList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    error_code: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    job_id: str | Unset = UNSET,
    limit: int | Unset = 50,
    replayed: bool | Unset = UNSET,
    status: int | Unset = UNSET,
    workflow: ListRequestLogsWorkflow | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_created_after: str | Unset = UNSET
    if not isinstance(created_after, Unset):
        json_created_after = created_after.isoformat()
    params["created_after"] = json_created_after

    json_created_before: str | Unset = UNSET
    if not isinstance(created_before, Unset):
        json_created_before = created_before.isoformat()
    params["created_before"] = json_created_before

    params["cursor"] = cursor

    params["error_code"] = error_code

    params["idempotency_key"] = idempotency_key

    params["job_id"] = job_id

    params["limit"] = limit

    params["replayed"] = replayed

    params["status"] = status

    json_workflow: str | Unset = UNSET
    if not isinstance(workflow, Unset):
        json_workflow = workflow.value

    params["workflow"] = json_workflow

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/request-logs",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | HTTPValidationError | RequestLogList | None:
    if response.status_code == 200:
        response_200 = RequestLogList.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = ErrorEnvelope.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorEnvelope.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = HTTPValidationError.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ErrorEnvelope.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorEnvelope.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = ErrorEnvelope.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorEnvelope | HTTPValidationError | RequestLogList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    error_code: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    job_id: str | Unset = UNSET,
    limit: int | Unset = 50,
    replayed: bool | Unset = UNSET,
    status: int | Unset = UNSET,
    workflow: ListRequestLogsWorkflow | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | RequestLogList]:
    """List what was sent and answered, newest first

     Every POST with a known API key; those over its rate limit are only counted.

    Args:
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        cursor (str | Unset):
        error_code (str | Unset):
        idempotency_key (str | Unset):
        job_id (str | Unset):
        limit (int | Unset):  Default: 50.
        replayed (bool | Unset):
        status (int | Unset):
        workflow (ListRequestLogsWorkflow | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | RequestLogList]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        created_before=created_before,
        cursor=cursor,
        error_code=error_code,
        idempotency_key=idempotency_key,
        job_id=job_id,
        limit=limit,
        replayed=replayed,
        status=status,
        workflow=workflow,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    error_code: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    job_id: str | Unset = UNSET,
    limit: int | Unset = 50,
    replayed: bool | Unset = UNSET,
    status: int | Unset = UNSET,
    workflow: ListRequestLogsWorkflow | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | RequestLogList | None:
    """List what was sent and answered, newest first

     Every POST with a known API key; those over its rate limit are only counted.

    Args:
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        cursor (str | Unset):
        error_code (str | Unset):
        idempotency_key (str | Unset):
        job_id (str | Unset):
        limit (int | Unset):  Default: 50.
        replayed (bool | Unset):
        status (int | Unset):
        workflow (ListRequestLogsWorkflow | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | RequestLogList
    """

    return sync_detailed(
        client=client,
        created_after=created_after,
        created_before=created_before,
        cursor=cursor,
        error_code=error_code,
        idempotency_key=idempotency_key,
        job_id=job_id,
        limit=limit,
        replayed=replayed,
        status=status,
        workflow=workflow,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    error_code: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    job_id: str | Unset = UNSET,
    limit: int | Unset = 50,
    replayed: bool | Unset = UNSET,
    status: int | Unset = UNSET,
    workflow: ListRequestLogsWorkflow | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | RequestLogList]:
    """List what was sent and answered, newest first

     Every POST with a known API key; those over its rate limit are only counted.

    Args:
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        cursor (str | Unset):
        error_code (str | Unset):
        idempotency_key (str | Unset):
        job_id (str | Unset):
        limit (int | Unset):  Default: 50.
        replayed (bool | Unset):
        status (int | Unset):
        workflow (ListRequestLogsWorkflow | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | RequestLogList]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        created_before=created_before,
        cursor=cursor,
        error_code=error_code,
        idempotency_key=idempotency_key,
        job_id=job_id,
        limit=limit,
        replayed=replayed,
        status=status,
        workflow=workflow,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    error_code: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    job_id: str | Unset = UNSET,
    limit: int | Unset = 50,
    replayed: bool | Unset = UNSET,
    status: int | Unset = UNSET,
    workflow: ListRequestLogsWorkflow | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | RequestLogList | None:
    """List what was sent and answered, newest first

     Every POST with a known API key; those over its rate limit are only counted.

    Args:
        created_after (datetime.datetime | Unset):
        created_before (datetime.datetime | Unset):
        cursor (str | Unset):
        error_code (str | Unset):
        idempotency_key (str | Unset):
        job_id (str | Unset):
        limit (int | Unset):  Default: 50.
        replayed (bool | Unset):
        status (int | Unset):
        workflow (ListRequestLogsWorkflow | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | RequestLogList
    """

    return (
        await asyncio_detailed(
            client=client,
            created_after=created_after,
            created_before=created_before,
            cursor=cursor,
            error_code=error_code,
            idempotency_key=idempotency_key,
            job_id=job_id,
            limit=limit,
            replayed=replayed,
            status=status,
            workflow=workflow,
        )
    ).parsed
