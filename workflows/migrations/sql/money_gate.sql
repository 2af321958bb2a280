-- A job's state and the book are one fact: neither can be committed without the other.

ALTER TABLE workflows_job
    ADD CONSTRAINT job_account_is_its_clients FOREIGN KEY (account_id, client_id, livemode)
        REFERENCES billing_creditaccount (id, client_id, livemode);

ALTER TABLE workflows_job
    ADD CONSTRAINT job_api_key_is_its_clients FOREIGN KEY (api_key_id, client_id, livemode)
        REFERENCES clients_apikey (id, client_id, livemode);

ALTER TABLE billing_ledgerentry
    ADD CONSTRAINT ledger_entry_is_its_jobs_price FOREIGN KEY (job_id, account_id, job_credits)
        REFERENCES workflows_job (id, account_id, credits_cost) DEFERRABLE INITIALLY DEFERRED;

-- The states a job may move through, and the columns that stand once it is accepted.
CREATE FUNCTION job_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'NOT_STARTED' OR NEW.attempt <> 0 OR NEW.lease_until IS NOT NULL THEN
            RAISE EXCEPTION 'a job begins as NOT_STARTED'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_begins_not_started';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status IN ('SUCCESS', 'FAILURE') THEN
        RAISE EXCEPTION 'job % has ended', ulid_text(OLD.id)
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_end_is_final';
    END IF;
    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
        ('NOT_STARTED', 'IN_PROGRESS'), ('NOT_STARTED', 'FAILURE'),
        ('IN_PROGRESS', 'SUCCESS'), ('IN_PROGRESS', 'FAILURE')) THEN
        RAISE EXCEPTION 'job % can''t go from % to %', ulid_text(OLD.id), OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_transition_is_listed';
    END IF;
    IF NEW.attempt < OLD.attempt OR NEW.version < OLD.version THEN
        RAISE EXCEPTION 'attempt and version of job % only grow', ulid_text(OLD.id)
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_attempt_only_grows';
    END IF;
    IF (NEW.id, NEW.client_id, NEW.livemode, NEW.account_id, NEW.api_key_id, NEW.request_id, NEW.workflow,
        NEW.credits_cost, NEW.pilot_brand, NEW.request, NEW.inputs, NEW.created_at, NEW.deadline_at)
       IS DISTINCT FROM
       (OLD.id, OLD.client_id, OLD.livemode, OLD.account_id, OLD.api_key_id, OLD.request_id, OLD.workflow,
        OLD.credits_cost, OLD.pilot_brand, OLD.request, OLD.inputs, OLD.created_at, OLD.deadline_at) THEN
        RAISE EXCEPTION 'what was accepted of job % stands', ulid_text(OLD.id)
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_terms_are_final';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER job_guard BEFORE INSERT OR UPDATE ON workflows_job
    FOR EACH ROW EXECUTE FUNCTION job_guard();
CREATE TRIGGER job_is_never_deleted BEFORE DELETE ON workflows_job
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER jobs_are_never_emptied BEFORE TRUNCATE ON workflows_job
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_event_is_final BEFORE UPDATE OR DELETE ON workflows_jobevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_events_are_never_emptied BEFORE TRUNCATE ON workflows_jobevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A key that is gone would let a repeated request be charged again.
CREATE TRIGGER idempotency_key_is_final BEFORE UPDATE OR DELETE ON workflows_idempotencykey
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER idempotency_keys_are_never_emptied BEFORE TRUNCATE ON workflows_idempotencykey
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What an account has in flight follows its jobs: one update per account and statement, in account order.
CREATE FUNCTION jobs_opened() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    opened record;
BEGIN
    FOR opened IN SELECT account_id, count(*)::int AS jobs, sum(credits_cost)::bigint AS credits
                  FROM inserted GROUP BY account_id ORDER BY account_id LOOP
        UPDATE billing_creditaccount
        SET open_jobs = open_jobs + opened.jobs, in_flight = in_flight + opened.credits
        WHERE id = opened.account_id AND open_jobs + opened.jobs <= open_jobs_limit;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'account % has as many unfinished jobs as it may', ulid_text(opened.account_id)
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credit_account_open_jobs_limit';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION jobs_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed record;
BEGIN
    FOR closed IN SELECT after.account_id, count(*)::int AS jobs, sum(after.credits_cost)::bigint AS credits
                  FROM updated_to AS after JOIN updated_from AS before USING (id)
                  WHERE after.status IN ('SUCCESS', 'FAILURE') AND before.status NOT IN ('SUCCESS', 'FAILURE')
                  GROUP BY after.account_id ORDER BY after.account_id LOOP
        UPDATE billing_creditaccount
        SET open_jobs = open_jobs - closed.jobs, in_flight = in_flight - closed.credits
        WHERE id = closed.account_id;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER jobs_opened AFTER INSERT ON workflows_job
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION jobs_opened();
CREATE TRIGGER jobs_closed AFTER UPDATE ON workflows_job
    REFERENCING NEW TABLE AS updated_to OLD TABLE AS updated_from
    FOR EACH STATEMENT EXECUTE FUNCTION jobs_closed();

-- The money gate, at COMMIT: every job exactly one CHARGE; FAILURE exactly one REFUND, any other state none;
-- and no entry, of whatever kind, about a job of another account.
-- It counts rows rather than lean on the unique index, so that either alone holds.
CREATE FUNCTION money_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    job_status text;
    job_account uuid;
    charges int;
    refunds int;
BEGIN
    IF TG_TABLE_NAME = 'workflows_job' THEN checked := NEW.id; ELSE checked := NEW.job_id; END IF;
    SELECT status, account_id INTO job_status, job_account FROM workflows_job WHERE id = checked;
    SELECT count(*) FILTER (WHERE kind = 'CHARGE'), count(*) FILTER (WHERE kind = 'REFUND')
    INTO charges, refunds
    FROM billing_ledgerentry WHERE job_id = checked AND kind IN ('CHARGE', 'REFUND');
    IF job_status IS NULL OR job_account <> NEW.account_id OR charges <> 1 OR refunds <> (job_status = 'FAILURE')::int THEN
        RAISE EXCEPTION 'job %: % with % charges and % refunds', ulid_text(checked), job_status, charges, refunds
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'money_gate';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER money_gate_of_new_job AFTER INSERT ON workflows_job
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION money_gate();
CREATE CONSTRAINT TRIGGER money_gate_of_ended_job AFTER UPDATE OF status ON workflows_job
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION money_gate();
CREATE CONSTRAINT TRIGGER money_gate_of_entry AFTER INSERT ON billing_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.job_id IS NOT NULL) EXECUTE FUNCTION money_gate();
