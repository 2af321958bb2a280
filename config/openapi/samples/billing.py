from config.openapi.samples import ids
from config.openapi.samples.ids import Named

_CHARGE = {
    "kind": "CHARGE",
    "amount": -5,
    "balance_after": 95,
    "seq": 2,
    "hash": "c1d6a7f0f36c2a1d0be2c2a4b7a7d2e0b95b3f4f6f8b1f0f0f5f3b9b7c2a4e61",
    "job_id": ids.JOB_ID,
    "request_id": ids.REQUEST_ID,
    "description": "background-swap-with-image",
    "created_at": "2026-01-31T12:00:00.214730Z",
}
_GRANT = {
    "kind": "GRANT",
    "amount": 100,
    "balance_after": 100,
    "seq": 1,
    "hash": "0a4f1c8e5d7b2963f0e1d2c3b4a5968778695a4b3c2d1e0f9f8e7d6c5b4a3928",
    "job_id": None,
    "request_id": None,
    "description": "Paid by transfer.",
    "created_at": "2026-01-31T09:00:00.000000Z",
}
_LEDGER = "".join(
    ",".join("" if value is None else str(value) for value in row) + "\r\n"
    for row in (_GRANT.keys(), _GRANT.values(), _CHARGE.values())
)
ALL: Named = {
    "text/csv": {"ledger": _LEDGER},
    "Credits": {"credits": {"balance": 95, "in_flight": 5, "currency": "credits", "livemode": True}},
    "EntryList": {"page": {"entries": [_CHARGE, _GRANT], "next_cursor": None}},
    "Me": {
        "me": {
            "client_id": ids.CLIENT_ID,
            "name": "Example client",
            "livemode": True,
            "api_key_id": ids.API_KEY_ID,
            "capabilities": ["jobs:create", "jobs:read", "billing:read"],
            "storage_prefix": f"uploads/{ids.CLIENT_ID}/live/",
            "limits": {"requests_per_second": 100, "burst": 2000, "jobs_in_flight": 1000},
        }
    },
}
