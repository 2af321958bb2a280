import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.entry_list import EntryList
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.list_credit_entries_kind import ListCreditEntriesKind
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: int | Unset = UNSET,
    job_id: str | Unset = UNSET,
    kind: ListCreditEntriesKind | Unset = UNSET,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_created_after: str | Unset = UNSET
    if not isinstance(created_after, Unset):
        json_created_after = created_after.isoformat()
    params["created_after"] = json_created_after

    params["cursor"] = cursor

    params["job_id"] = job_id

    json_kind: str | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = kind.value

    params["kind"] = json_kind

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/credits/entries",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EntryList | ErrorEnvelope | HTTPValidationError | None:
    if response.status_code == 200:
        response_200 = EntryList.from_dict(response.json())

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
) -> Response[EntryList | ErrorEnvelope | HTTPValidationError]:
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
    cursor: int | Unset = UNSET,
    job_id: str | Unset = UNSET,
    kind: ListCreditEntriesKind | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[EntryList | ErrorEnvelope | HTTPValidationError]:
    """List the ledger, newest first

     With `Accept: text/csv` the answer is the whole ledger as CSV, oldest entry first, with a header
    line and the same columns; it takes no parameters. In `description` an apostrophe stands before what
    a spreadsheet could take for a formula. `docs/ledger.md` tells how to verify either.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (int | Unset):
        job_id (str | Unset):
        kind (ListCreditEntriesKind | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntryList | ErrorEnvelope | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        cursor=cursor,
        job_id=job_id,
        kind=kind,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: int | Unset = UNSET,
    job_id: str | Unset = UNSET,
    kind: ListCreditEntriesKind | Unset = UNSET,
    limit: int | Unset = 50,
) -> EntryList | ErrorEnvelope | HTTPValidationError | None:
    """List the ledger, newest first

     With `Accept: text/csv` the answer is the whole ledger as CSV, oldest entry first, with a header
    line and the same columns; it takes no parameters. In `description` an apostrophe stands before what
    a spreadsheet could take for a formula. `docs/ledger.md` tells how to verify either.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (int | Unset):
        job_id (str | Unset):
        kind (ListCreditEntriesKind | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntryList | ErrorEnvelope | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        created_after=created_after,
        cursor=cursor,
        job_id=job_id,
        kind=kind,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: int | Unset = UNSET,
    job_id: str | Unset = UNSET,
    kind: ListCreditEntriesKind | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[EntryList | ErrorEnvelope | HTTPValidationError]:
    """List the ledger, newest first

     With `Accept: text/csv` the answer is the whole ledger as CSV, oldest entry first, with a header
    line and the same columns; it takes no parameters. In `description` an apostrophe stands before what
    a spreadsheet could take for a formula. `docs/ledger.md` tells how to verify either.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (int | Unset):
        job_id (str | Unset):
        kind (ListCreditEntriesKind | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntryList | ErrorEnvelope | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        cursor=cursor,
        job_id=job_id,
        kind=kind,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    created_after: datetime.datetime | Unset = UNSET,
    cursor: int | Unset = UNSET,
    job_id: str | Unset = UNSET,
    kind: ListCreditEntriesKind | Unset = UNSET,
    limit: int | Unset = 50,
) -> EntryList | ErrorEnvelope | HTTPValidationError | None:
    """List the ledger, newest first

     With `Accept: text/csv` the answer is the whole ledger as CSV, oldest entry first, with a header
    line and the same columns; it takes no parameters. In `description` an apostrophe stands before what
    a spreadsheet could take for a formula. `docs/ledger.md` tells how to verify either.

    Args:
        created_after (datetime.datetime | Unset):
        cursor (int | Unset):
        job_id (str | Unset):
        kind (ListCreditEntriesKind | Unset):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntryList | ErrorEnvelope | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            created_after=created_after,
            cursor=cursor,
            job_id=job_id,
            kind=kind,
            limit=limit,
        )
    ).parsed
