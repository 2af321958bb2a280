-- The lists of a client's jobs and requests are walked by its own indexes, whichever client it is. With statistics of
-- this column the planner expects a large client's rows everywhere and walks the newest rows of all clients until it
-- has enough of them: half a second among a million rows where that client's are rare or old (measured).
ALTER TABLE workflows_job ALTER COLUMN client_id SET STATISTICS 0;
ALTER TABLE request_logs ALTER COLUMN client_id SET STATISTICS 0;

CREATE OR REPLACE FUNCTION request_logs_add_month(month timestamptz) RETURNS text
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
        -- The one thing that LIKE leaves out.
        EXECUTE format('ALTER TABLE %I ALTER COLUMN client_id SET STATISTICS 0', name);
        EXECUTE format(
            'WITH moved AS (DELETE FROM request_logs_other WHERE id >= %L AND id < %L RETURNING *)
             INSERT INTO %I SELECT * FROM moved', lowest, beyond, name);
        EXECUTE format('ALTER TABLE request_logs ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       name, lowest, beyond);
    END IF;
    RETURN name;
END $$;

-- Replacing it has taken away what 0004 gave it.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION request_logs_add_month(timestamptz) SECURITY DEFINER SET search_path = %I, pg_temp',
                   current_schema());
END $$;
