-- The book defends itself: what follows makes a wrong ledger impossible to commit, whoever writes to it.

-- Text form of a ULID: 130 bits (two zero bits in front), five for each Crockford character.
CREATE FUNCTION ulid_text(id uuid) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(
        substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + substring(bits FROM at * 5 + 1 FOR 5)::int, 1), '' ORDER BY at)
    FROM (SELECT B'00' || ('x' || replace(id::text, '-', ''))::bit(128) AS bits) AS whole,
         generate_series(0, 25) AS at
$$;

-- The hash of an account before its first entry: no entry can be moved to another account.
CREATE FUNCTION ledger_genesis(client_id uuid, livemode boolean) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT sha256(convert_to(
        'credits|' || ulid_text(client_id) || '|' || CASE WHEN livemode THEN 'live' ELSE 'test' END, 'UTF8'))
$$;

-- SHA-256 over the hash before (hex) and the entry, joined by '|'; the free text stands last.
CREATE FUNCTION ledger_hash(
    previous bytea, seq bigint, kind text, amount bigint, balance_after bigint,
    job_id uuid, request_id uuid, created_at timestamptz, description text
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(concat_ws('|',
        encode(previous, 'hex'), seq, kind, amount, balance_after,
        coalesce(ulid_text(job_id), ''), coalesce(ulid_text(request_id), ''),
        to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), description), 'UTF8'))
$$;

-- A refund names a charge of the same account, job and amount. The generated columns are null for the
-- other kinds, for which a foreign key then asks nothing.
ALTER TABLE billing_ledgerentry
    ADD COLUMN job_credits bigint GENERATED ALWAYS AS (
        CASE WHEN kind IN ('CHARGE', 'REFUND') THEN abs(amount) END) STORED,
    ADD COLUMN charge_kind text GENERATED ALWAYS AS (CASE WHEN kind = 'REFUND' THEN 'CHARGE' END) STORED,
    ADD CONSTRAINT ledger_entry_whole UNIQUE (id, kind, account_id, job_id, job_credits),
    ADD CONSTRAINT ledger_entry_refund_equals_charge
        FOREIGN KEY (charge_id, charge_kind, account_id, job_id, job_credits)
        REFERENCES billing_ledgerentry (id, kind, account_id, job_id, job_credits);

-- One post: takes the account's lock, computes the next line, inserts it. The lock is NO KEY: with a full one,
-- two accepts that have each inserted a job (whose foreign key shares the account's row) would wait for each other.
CREATE FUNCTION ledger_post(
    account uuid, kind text, amount bigint, job_id uuid, request_id uuid, api_key_id uuid, charge_id bigint,
    source text, description text, created_by int, approved_by int
) RETURNS billing_ledgerentry
LANGUAGE plpgsql AS $$
DECLARE
    head billing_creditaccount;
    entry billing_ledgerentry;
    at timestamptz := clock_timestamp();
BEGIN
    SELECT * INTO STRICT head FROM billing_creditaccount WHERE id = account FOR NO KEY UPDATE;
    INSERT INTO billing_ledgerentry (
        account_id, seq, kind, amount, balance_after, hash, job_id, request_id, api_key_id, charge_id,
        source, description, created_by_id, approved_by_id, created_at)
    VALUES (
        account, head.seq + 1, kind, amount, head.balance + amount,
        ledger_hash(head.head_hash, head.seq + 1, kind, amount, head.balance + amount,
                    job_id, request_id, at, description),
        job_id, request_id, api_key_id, charge_id, source, description, created_by, approved_by, at)
    RETURNING * INTO entry;
    RETURN entry;
END $$;

-- The only mover of a balance: after an insert of entries, verify that they continue their accounts' chains.
CREATE FUNCTION ledger_entries_move_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head billing_creditaccount;
    entry record;
BEGIN
    FOR entry IN SELECT * FROM inserted ORDER BY account_id, seq LOOP
        IF head.id IS DISTINCT FROM entry.account_id THEN
            PERFORM ledger_store_head(head);
            SELECT * INTO STRICT head FROM billing_creditaccount WHERE id = entry.account_id FOR NO KEY UPDATE;
        END IF;
        IF entry.seq <> head.seq + 1
           OR entry.balance_after <> head.balance + entry.amount
           OR entry.hash <> ledger_hash(head.head_hash, entry.seq, entry.kind, entry.amount, entry.balance_after,
                                        entry.job_id, entry.request_id, entry.created_at, entry.description) THEN
            RAISE EXCEPTION 'ledger entry % does not continue account %', entry.id, ulid_text(entry.account_id)
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entry_continues_chain';
        END IF;
        head.seq := entry.seq;
        head.balance := entry.balance_after;
        head.head_hash := entry.hash;
    END LOOP;
    PERFORM ledger_store_head(head);
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_store_head(head billing_creditaccount) RETURNS void LANGUAGE sql AS $$
    UPDATE billing_creditaccount SET balance = head.balance, seq = head.seq, head_hash = head.head_hash
    WHERE id = head.id
$$;

CREATE TRIGGER ledger_entries_move_accounts AFTER INSERT ON billing_ledgerentry
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_move_accounts();

-- Nothing in the book is edited, deleted or emptied.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER ledger_entry_is_final BEFORE UPDATE OR DELETE ON billing_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON billing_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_account_stays BEFORE DELETE ON billing_creditaccount
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_accounts_are_never_emptied BEFORE TRUNCATE ON billing_creditaccount
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An account is born empty, and its figures move only from inside a trigger of the ledger or of a job.
CREATE FUNCTION credit_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.head_hash := ledger_genesis(NEW.client_id, NEW.livemode);
        IF (NEW.balance, NEW.seq, NEW.open_jobs, NEW.in_flight) IS DISTINCT FROM (0::bigint, 0::bigint, 0, 0::bigint) THEN
            RAISE EXCEPTION 'a credit account is born empty'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credit_account_born_empty';
        END IF;
    ELSIF (NEW.id, NEW.client_id, NEW.livemode) IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.livemode)
       OR (pg_trigger_depth() < 2
           AND (NEW.balance, NEW.seq, NEW.head_hash, NEW.open_jobs, NEW.in_flight)
               IS DISTINCT FROM (OLD.balance, OLD.seq, OLD.head_hash, OLD.open_jobs, OLD.in_flight)) THEN
        RAISE EXCEPTION 'the figures of a credit account move only with its entries and jobs'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'credit_account_moves_with_entries';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credit_account_guard BEFORE INSERT OR UPDATE ON billing_creditaccount
    FOR EACH ROW EXECUTE FUNCTION credit_account_guard();
