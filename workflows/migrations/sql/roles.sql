-- An Idempotency-Key answers with the body of its job: never with that of another client or mode. At COMMIT, since
-- the key is taken before the job is written.
CREATE FUNCTION idempotency_key_wall() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM workflows_job
        WHERE id = NEW.job_id AND client_id = NEW.client_id AND livemode = NEW.livemode) THEN
        RAISE EXCEPTION 'the job of an Idempotency-Key is another client''s'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'idempotency_key_is_of_its_jobs_client';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER idempotency_key_is_of_its_jobs_client AFTER INSERT ON workflows_idempotencykey
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION idempotency_key_wall();

-- What moves an account, makes a partition, or judges rows that a caller might hide, runs in the name of the owner.
-- Temporary tables come last in its path: a caller's own can't stand in for one of ours. And nobody else may put
-- these functions on a table of theirs, whose rows would then move accounts.
DO $$
DECLARE
    function text;
BEGIN
    FOREACH function IN ARRAY ARRAY[
        'jobs_opened()', 'jobs_closed()', 'money_gate()', 'idempotency_key_wall()',
        'request_logs_add_month(timestamptz)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp',
                       function, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', function);
    END LOOP;
END $$;
