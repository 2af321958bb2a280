-- One row for each request that could change something, by range of its ULID, which begins with the time:
-- old months are dropped as whole partitions.
CREATE TABLE request_logs (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES clients_client (id),
    livemode boolean NOT NULL,
    api_key_id uuid NOT NULL REFERENCES clients_apikey (id),
    method text NOT NULL,
    path text NOT NULL,
    workflow text,
    status smallint NOT NULL,
    error_code text,
    error_message text,
    body text,
    duration_ms integer NOT NULL,
    job_id uuid,
    credits bigint NOT NULL DEFAULT 0,
    idempotency_key text,
    replayed boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT statement_timestamp()
) PARTITION BY RANGE (id);

CREATE INDEX request_log_of_client ON request_logs (client_id, livemode, id DESC);

-- The lowest ULID of a moment.
CREATE FUNCTION ulid_floor(at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partition of a month (UTC) unless it stands; answers its name. Rows of that month that a clock
-- far off has put into the default partition move: while they stood there, the new one would be refused.
CREATE FUNCTION request_logs_add_month(month timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    first timestamp := date_trunc('month', month AT TIME ZONE 'UTC');
    name text := to_char(first, '"request_logs_"YYYY_MM');
    lowest uuid := ulid_floor(first AT TIME ZONE 'UTC');
    beyond uuid := ulid_floor((first + interval '1 month') AT TIME ZONE 'UTC');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN name;
    END IF;
    -- Of two schedulers, the second waits here and finds it made.
    LOCK TABLE request_logs_other IN EXCLUSIVE MODE;
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE request_logs INCLUDING ALL)', name);
        EXECUTE format(
            'WITH moved AS (DELETE FROM request_logs_other WHERE id >= %L AND id < %L RETURNING *)
             INSERT INTO %I SELECT * FROM moved', lowest, beyond, name);
        EXECUTE format('ALTER TABLE request_logs ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       name, lowest, beyond);
    END IF;
    RETURN name;
END $$;

-- A clock that is far off must not lose a row.
CREATE TABLE request_logs_other PARTITION OF request_logs DEFAULT;
SELECT request_logs_add_month(now() + make_interval(months => ahead)) FROM generate_series(0, 3) AS ahead;

-- For whoever is in psql: ids as the API writes them.
CREATE VIEW request_logs_as_text AS
    SELECT ulid_text(id) AS request_id, ulid_text(client_id) AS client_id, livemode, method, path, workflow,
           status, error_code, error_message, duration_ms, ulid_text(job_id) AS job_id, credits, created_at
    FROM request_logs;
CREATE VIEW jobs_as_text AS
    SELECT ulid_text(id) AS job_id, ulid_text(client_id) AS client_id, livemode,
           ulid_text(request_id) AS request_id, workflow, status, credits_cost, attempt, stage, error_code,
           error_message, created_at, started_at, finished_at, next_action_at, deadline_at
    FROM workflows_job;
