-- What archive.py executes, with its values. The months that have passed; those to come were made with the table.
SELECT request_logs_add_month(%(until)s - make_interval(months => ago)) FROM generate_series(1, 2) AS ago;

-- `mine` counts the reading client's rows from the newest to the oldest; null: somebody else's.
CREATE TEMPORARY TABLE rows ON COMMIT DROP AS
SELECT number, at,
    overlay(ulid_floor(at)::text PLACING lpad(to_hex(number), 12, '0') FROM 25)::uuid AS request_id,
    overlay(ulid_floor(at)::text PLACING 'a' || lpad(to_hex(number), 11, '0') FROM 25)::uuid AS job_id,
    CASE WHEN mod(number, 10) < 3 THEN %(client)s::uuid
        ELSE lpad(to_hex(mod(number, 99)), 32, '0')::uuid END AS client_id,
    CASE WHEN mod(number, 10) < 3 THEN (%(rows)s - 1 - number) / 10 * 3 + 2 - mod(number, 10) END AS mine,
    greatest(5, %(rows)s * 3 / 10 / %(rare)s) AS seldom
FROM generate_series(0, %(rows)s - 1) AS number,
    LATERAL (SELECT %(until)s - %(span)s::interval * (%(rows)s - number) / %(rows)s AS at) AS moment;

INSERT INTO workflows_job (id, client_id, livemode, account_id, api_key_id, request_id, workflow, credits_cost,
    pilot_brand, request, inputs, status, version, attempt, next_action_at, deadline_at, stage, progress, result,
    error_code, created_at, started_at, finished_at)
SELECT job_id, client_id, true, client_id, %(api_key)s, request_id,
    CASE WHEN mine IS NULL OR mod(mine, seldom) = 1 THEN %(workflow)s ELSE 'background-generator' END, 5,
    CASE WHEN mod(mine, seldom) = 0 THEN 'rare' WHEN mod(mine, 3) = 0 THEN 'alpine' END,
    %(request)s, %(inputs)s, status, 4, 1, CASE WHEN status = 'IN_PROGRESS' THEN at + interval '10 years' END,
    at + interval '15 minutes', 'done', 1.0, CASE WHEN status = 'SUCCESS' THEN %(result)s::jsonb END,
    CASE WHEN status = 'FAILURE' THEN 'NO_SUBJECT' END, at, at, CASE WHEN status <> 'IN_PROGRESS' THEN at END
FROM rows, LATERAL (SELECT CASE WHEN mine < 10 THEN 'IN_PROGRESS' WHEN mod(mine, seldom) = 2 THEN 'FAILURE'
    WHEN mine IS NULL AND mod(number, 10) = 4 THEN 'FAILURE' ELSE 'SUCCESS' END AS status) AS ended
ORDER BY number;

INSERT INTO workflows_jobevent (job_id, seq, event_type, stage, message, extra, created_at)
SELECT job_id, seq, CASE seq WHEN 1 THEN 'queued' ELSE 'stage' END, '', 'A sentence for people.', '{}', at
FROM rows, generate_series(1, 2) AS seq
ORDER BY number, seq;

INSERT INTO request_logs (id, client_id, livemode, api_key_id, method, path, workflow, status, error_code,
    duration_ms, job_id, credits, idempotency_key, replayed, created_at)
SELECT request_id, client_id, true, %(api_key)s, 'POST', '/v1/' || asked, asked, status,
    CASE status WHEN 422 THEN 'VALIDATION_ERROR' WHEN 409 THEN 'IDEMPOTENCY_IN_PROGRESS' END, 12,
    CASE status WHEN 202 THEN job_id END, CASE status WHEN 202 THEN 5 ELSE 0 END, 'order-' || mine,
    coalesce(mod(mine, seldom) = 4, false), at
FROM rows,
    LATERAL (SELECT CASE WHEN mod(mine, seldom) = 3 THEN 409 WHEN mod(mine, 10) = 7 THEN 422
        WHEN mine IS NULL AND mod(number, 10) = 4 THEN 409 ELSE 202 END AS status,
        CASE WHEN mod(mine, seldom) = 0 OR mine IS NULL THEN %(workflow)s ELSE 'background-generator' END AS asked
    ) AS answered
ORDER BY number;
