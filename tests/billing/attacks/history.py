"""Attacks on what was said, and on the guards themselves."""

from tests.billing.attacks.words import (
    ENDED,
    PRIVILEGE,
    Attack,
    change,
    fail,
    forbidden,
    impossible,
    post,
    refund,
)

# Table, an edit of its rows, and the triggers that hold its rows and the whole of it against the owner too.
_KEPT = (
    ("billing_ledgerentry", "amount = 1000", "ledger_entry_is_final", "ledger_is_never_emptied"),
    ("workflows_jobevent", "message = 'x'", "job_event_is_final", "job_events_are_never_emptied"),
    (
        "workflows_idempotencykey",
        "answer = 'x'",
        "idempotency_key_is_final",
        "idempotency_keys_are_never_emptied",
    ),
)
_EVENT = "INSERT INTO workflows_jobevent (job_id, seq, event_type, extra) VALUES ({}, 1, 'queued', '{{}}')"

HISTORY = {
    **{f"edit {table}": forbidden(f"UPDATE {table} SET {edit}", by=row) for table, edit, row, _ in _KEPT},
    **{f"delete from {table}": forbidden(f"DELETE FROM {table}", by=row) for table, _, row, _ in _KEPT},
    **{f"empty {table}": forbidden(f"TRUNCATE {table} CASCADE", by=whole) for table, _, _, whole in _KEPT},
    "delete a job": forbidden("DELETE FROM workflows_job", by="job_is_never_deleted"),
    "delete an account": forbidden("DELETE FROM billing_creditaccount", by="credit_account_stays"),
    "empty the jobs": forbidden("TRUNCATE workflows_job CASCADE", by="jobs_are_never_emptied"),
    "empty the accounts": forbidden(
        "TRUNCATE billing_creditaccount CASCADE", by="credit_accounts_are_never_emptied"
    ),
    "edit by an insert": forbidden(
        "INSERT INTO billing_ledgerentry (id, account_id, seq, kind, amount, balance_after, hash, created_at)"
        " SELECT id, account_id, seq, kind, amount, balance_after, hash, created_at FROM billing_ledgerentry"
        " ON CONFLICT (id) DO UPDATE SET description = 'x'"
    ),
    "say one event twice": impossible(
        "job_event_seq_once",
        _EVENT.format("$waiting"),
    ),
    "an event of no job": impossible(
        "workflows_jobevent_job_id_d4d9846b_fk_workflows_job_id",
        _EVENT.format("$new"),
    ),
    # The owner may: old months go as whole partitions.
    "edit a request log": forbidden("UPDATE request_logs SET status = 200"),
    "delete a request log": forbidden("DELETE FROM request_logs"),
    "empty the request logs": forbidden("TRUNCATE request_logs"),
    "empty a partition": forbidden("TRUNCATE request_logs_other"),
    "go round by a partition": forbidden("DELETE FROM request_logs_other"),
    "go round by a partition to come": Attack(
        "SELECT request_logs_add_month('2099-01-01+00'); UPDATE request_logs_2099_01 SET status = 200",
        {"app": PRIVILEGE},
    ),
    "unsay a migration": forbidden("DELETE FROM django_migrations"),
}

# The guards: the owner may take them away, the application may not, and can't deceive those that stand.
_FAKE_BOOK = (
    "CREATE TEMPORARY TABLE billing_ledgerentry AS SELECT * FROM public.billing_ledgerentry",
    "INSERT INTO billing_ledgerentry (account_id, job_id, kind) VALUES ($account, $waiting, 'REFUND')",
)
_FAKE_JOBS = (
    "CREATE TEMPORARY TABLE workflows_job AS SELECT * FROM public.workflows_job",
    "UPDATE pg_temp.workflows_job SET client_id = $client WHERE id = $strangers",
)
GUARDS = {
    "a book of one's own in the gate's way": impossible("money_gate", *_FAKE_BOOK, fail("$waiting")),
    "jobs of one's own in the wall's way": impossible(
        "idempotency_key_is_of_its_jobs_client",
        *_FAKE_JOBS,
        "INSERT INTO workflows_idempotencykey (client_id, livemode, route, key, request_hash, job_id, answer)"
        " VALUES ($client, true, 'swap', 'x', '', $strangers, '')",
    ),
    **{
        f"borrow {function} for a table of one's own": forbidden(
            "CREATE TEMPORARY TABLE mine (LIKE public.billing_ledgerentry)",
            f"CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS inserted"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        )
        for function in ("ledger_entries_move_accounts", "jobs_opened", "jobs_closed")
    },
    "move an account from a trigger of one's own": forbidden(
        "CREATE TEMPORARY TABLE mine ()",
        "CREATE FUNCTION pg_temp.mine() RETURNS trigger LANGUAGE plpgsql AS $$$$ BEGIN"
        " UPDATE billing_creditaccount SET balance = balance + 1000; RETURN NULL; END $$$$",
        "CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.mine()",
        "INSERT INTO mine DEFAULT VALUES",
    ),
    "switch a trigger off": forbidden("ALTER TABLE workflows_job DISABLE TRIGGER job_guard"),
    "drop the gate": forbidden("DROP TRIGGER money_gate_of_ended_job ON workflows_job"),
    "rewrite the gate": forbidden(
        "CREATE OR REPLACE FUNCTION money_gate() RETURNS trigger LANGUAGE plpgsql"
        " AS $$$$ BEGIN RETURN NULL; END $$$$"
    ),
    "switch the policies off": forbidden("ALTER TABLE billing_ledgerentry DISABLE ROW LEVEL SECURITY"),
    "a policy of one's own": forbidden(
        "CREATE POLICY mine ON billing_ledgerentry FOR INSERT WITH CHECK (true)"
    ),
    "be a replica": forbidden("SET session_replication_role = replica"),
    "make a table": forbidden("CREATE TABLE public.mine ()"),
    "turn back the ids": forbidden("SELECT setval('billing_ledgerentry_id_seq', 1)"),
    "give rights away": Attack(
        "GRANT UPDATE ON billing_ledgerentry TO PUBLIC; UPDATE billing_ledgerentry SET amount = 1000",
        {"app": PRIVILEGE},
    ),
}

# Behind each wall stands another: what the owner meets who has taken the first one away.
SECOND_WALLS = {
    **{
        f"{figure} below zero without the guard": Attack(
            "ALTER TABLE billing_creditaccount DISABLE TRIGGER credit_account_guard;"
            f" UPDATE billing_creditaccount SET {figure} = -1",
            {"owner": f"credit_account_{figure}_not_negative"},
        )
        for figure in ("balance", "open_jobs", "in_flight")
    },
    "an unknown state without the guard": Attack(
        "ALTER TABLE workflows_job DISABLE TRIGGER job_guard;"
        + change("$waiting", f"status = 'DONE', {ENDED}"),
        {"owner": "job_status_is_known"},
    ),
    "charge twice without the unique index": Attack(
        f"DROP INDEX ledger_entry_one_charge_one_refund; {post('CHARGE', -5, '$waiting')}",
        {"owner": "money_gate"},
    ),
    "refund twice without the unique index": Attack(
        f"DROP INDEX ledger_entry_one_charge_one_refund; {refund('$failed')}", {"owner": "money_gate"}
    ),
}
