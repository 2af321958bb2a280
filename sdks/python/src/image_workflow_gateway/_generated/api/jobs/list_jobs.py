import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.job_list import JobList
from ...models.list_jobs_job_type_item import ListJobsJobTypeItem
from ...models.list_jobs_status import ListJobsStatus
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    job_type: list[ListJobsJobTypeItem] | Unset = UNSET,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    pilot_brand: str | Unset = UNSET,
    status: ListJobsStatus | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_created_after: str | Unset = UNSET
    if not isinstance(created_after, Unset):
        json_created_after = created_after.isoformat()
    params["created_after"] = json_created_after

    params["cursor"] = cursor

    json_job_type: list[str] | Unset = UNSET
    if not isinstance(job_type, Unset):
        json_job_type = []
        for job_type_item_data in job_type:
            job_type_item = job_type_item_data.value
            json_job_type.append(job_type_item)

    params["job_type"] = json_job_type

    params["limit"] = limit

    params["offset"] = offset

    params["pilot_brand"] = pilot_brand

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/jobs",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | HTTPValidationError | JobList | None:
    if response.status_code == 200:
        response_200 = JobList.from_dict(response.json())

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
) -> Response[ErrorEnvelope | HTTPValidationError | JobList]:
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
    cursor: str | Unset = UNSET,
    job_type: list[ListJobsJobTypeItem] | Unset = UNSET,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    pilot_brand: str | Unset = UNSET,
    status: ListJobsStatus | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | JobList]:
    """List jobs, newest first

     Filters can be combined. Poll one job by its id rather than the list.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (str | Unset):
        job_type (list[ListJobsJobTypeItem] | Unset):
        limit (int | Unset):  Default: 50.
        offset (int | Unset):  Default: 0.
        pilot_brand (str | Unset):
        status (ListJobsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | JobList]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        cursor=cursor,
        job_type=job_type,
        limit=limit,
        offset=offset,
        pilot_brand=pilot_brand,
        status=status,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    job_type: list[ListJobsJobTypeItem] | Unset = UNSET,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    pilot_brand: str | Unset = UNSET,
    status: ListJobsStatus | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | JobList | None:
    """List jobs, newest first

     Filters can be combined. Poll one job by its id rather than the list.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (str | Unset):
        job_type (list[ListJobsJobTypeItem] | Unset):
        limit (int | Unset):  Default: 50.
        offset (int | Unset):  Default: 0.
        pilot_brand (str | Unset):
        status (ListJobsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | JobList
    """

    return sync_detailed(
        client=client,
        created_after=created_after,
        cursor=cursor,
        job_type=job_type,
        limit=limit,
        offset=offset,
        pilot_brand=pilot_brand,
        status=status,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    job_type: list[ListJobsJobTypeItem] | Unset = UNSET,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    pilot_brand: str | Unset = UNSET,
    status: ListJobsStatus | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | JobList]:
    """List jobs, newest first

     Filters can be combined. Poll one job by its id rather than the list.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (str | Unset):
        job_type (list[ListJobsJobTypeItem] | Unset):
        limit (int | Unset):  Default: 50.
        offset (int | Unset):  Default: 0.
        pilot_brand (str | Unset):
        status (ListJobsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | JobList]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        cursor=cursor,
        job_type=job_type,
        limit=limit,
        offset=offset,
        pilot_brand=pilot_brand,
        status=status,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: str | Unset = UNSET,
    job_type: list[ListJobsJobTypeItem] | Unset = UNSET,
    limit: int | Unset = 50,
    offset: int | Unset = 0,
    pilot_brand: str | Unset = UNSET,
    status: ListJobsStatus | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | JobList | None:
    """List jobs, newest first

     Filters can be combined. Poll one job by its id rather than the list.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (str | Unset):
        job_type (list[ListJobsJobTypeItem] | Unset):
        limit (int | Unset):  Default: 50.
        offset (int | Unset):  Default: 0.
        pilot_brand (str | Unset):
        status (ListJobsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | JobList
    """

    return (
        await asyncio_detailed(
            client=client,
            created_after=created_after,
            cursor=cursor,
            job_type=job_type,
            limit=limit,
            offset=offset,
            pilot_brand=pilot_brand,
            status=status,
        )
    ).parsed
