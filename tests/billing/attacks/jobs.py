"""Attacks on the row of a job, and on the wall between clients."""

from tests.billing.attacks.words import (
    ENDED,
    change,
    fail,
    idempotency_key,
    impossible,
    new_job,
    succeed,
)

TERMS = (
    "id = $new",
    "client_id = $stranger",
    "livemode = false",
    "account_id = $strangers_account",
    "api_key_id = $strangers_key",
    "request_id = $new",
    "workflow = 'another'",
    "credits_cost = 1",
    "pilot_brand = 'another'",
    "request = '[1]'",
    "inputs = '[1]'",
    "created_at = now() - interval '1 year'",
    "deadline_at = now() + interval '1 year'",
)

LIFE = {
    "begin in progress": impossible(
        "job_begins_not_started", new_job(status="'IN_PROGRESS'", started_at="now()")
    ),
    "begin as a failure": impossible(
        "job_begins_not_started", new_job(status="'FAILURE'", error_code="'X'", finished_at="now()")
    ),
    "begin with an attempt": impossible("job_begins_not_started", new_job(attempt="1")),
    "begin leased": impossible("job_begins_not_started", new_job(lease_until="now()")),
    "succeed without having run": impossible("job_transition_is_listed", succeed("$waiting")),
    "go back to the start": impossible(
        "job_transition_is_listed", change("$running", "status = 'NOT_STARTED'")
    ),
    "take a state that there is not": impossible(
        "job_transition_is_listed", change("$waiting", f"status = 'CANCELLED', {ENDED}")
    ),
    "run without having started": impossible(
        "job_started_when_in_progress", change("$waiting", "status = 'IN_PROGRESS'")
    ),
    **{
        f"resurrect {job}": impossible(
            "job_end_is_final",
            change(job, "status = 'IN_PROGRESS', finished_at = NULL, next_action_at = now()"),
        )
        for job in ("$failed", "$succeeded")
    },
    "turn a failure into a success": impossible("job_end_is_final", succeed("$failed")),
    "turn a success into a failure": impossible("job_end_is_final", fail("$succeeded")),
    "touch a job that has ended": impossible("job_end_is_final", change("$failed", "error_message = 'x'")),
    **{
        f"change terms: {terms}": impossible("job_terms_are_final", change("$waiting", terms))
        for terms in TERMS
    },
    "live without an alarm": impossible("job_live_has_alarm", change("$waiting", "next_action_at = NULL")),
    "run without an alarm": impossible("job_live_has_alarm", change("$running", "next_action_at = NULL")),
    "end with an alarm": impossible(
        "job_live_has_alarm",
        change("$waiting", "status = 'FAILURE', error_code = 'X', finished_at = now()"),
    ),
    "end with a lease": impossible(
        "job_live_has_alarm", fail("$waiting").replace("lease_until = NULL", "lease_until = now()")
    ),
    "end at no time": impossible(
        "job_finished_when_terminal",
        change("$waiting", "status = 'FAILURE', error_code = 'X', next_action_at = NULL"),
    ),
    "live on after the end": impossible(
        "job_finished_when_terminal", change("$waiting", "finished_at = now()")
    ),
    "fail without an error code": impossible(
        "job_failure_has_error", change("$waiting", f"status = 'FAILURE', {ENDED}")
    ),
    "live with an error code": impossible("job_failure_has_error", change("$waiting", "error_code = 'X'")),
    "succeed without a result": impossible(
        "job_success_has_result", change("$running", f"status = 'SUCCESS', {ENDED}")
    ),
    "have a result before the end": impossible("job_success_has_result", change("$running", "result = '{}'")),
    "an attempt that goes back": impossible(
        "job_attempt_only_grows", change("$running", "attempt = attempt - 1")
    ),
    "a version that goes back": impossible(
        "job_attempt_only_grows", change("$running", "version = version - 1")
    ),
    "work for nothing": impossible("job_cost_is_positive", new_job(credits_cost="0")),
    "a deadline that is over": impossible("job_deadline_is_later", new_job(deadline_at="now()")),
    "the id of another job": impossible("workflows_job_pkey", new_job(id="$waiting")),
}

# A row of one client can't name what is another's, or of the other mode.
WALL = {
    "a job on a stranger's account": impossible(
        "job_account_is_its_clients", new_job(account_id="$strangers_account")
    ),
    "a live job on the test account": impossible(
        "job_account_is_its_clients", new_job(account_id="$test_account")
    ),
    "a job by a stranger's key": impossible(
        "job_api_key_is_its_clients", new_job(api_key_id="$strangers_key")
    ),
    "a live job by a test key": impossible("job_api_key_is_its_clients", new_job(api_key_id="$test_key")),
    "an Idempotency-Key for a stranger's job": impossible(
        "idempotency_key_is_of_its_jobs_client", idempotency_key("$strangers")
    ),
    "an Idempotency-Key of the other mode": impossible(
        "idempotency_key_is_of_its_jobs_client", idempotency_key("$running", livemode="false")
    ),
    "an Idempotency-Key for no job": impossible(
        "workflows_idempotencykey_job_id_b0b66488_fk_workflows_job_id", idempotency_key("$new")
    ),
    "the same Idempotency-Key again": impossible(
        "idempotency_key_once", idempotency_key("$running", key="'order-1'")
    ),
    "a second Idempotency-Key for a job": impossible(
        "workflows_idempotencykey_job_id_key", idempotency_key("$waiting")
    ),
}

JOBS = {**LIFE, **WALL}
