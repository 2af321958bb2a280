-- What the application's role may do to the book, beside the plain privileges that `manage.py create_roles` gives.

-- Grants and adjustments are for gateway_billing alone, and it may add nothing else. The owner of the tables is
-- above this; where the application logs in as the owner (one role), it says nothing.
ALTER TABLE billing_ledgerentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY ledger_is_read_whole ON billing_ledgerentry FOR SELECT USING (true);
CREATE POLICY ledger_kind_fits_role ON billing_ledgerentry FOR INSERT WITH CHECK (
    (kind IN ('GRANT', 'ADJUSTMENT')) = (current_user = 'gateway_billing'));

-- The figures of an account are moved in the name of the owner, so that nobody else needs the right to.
-- Temporary tables come last in its path: a caller's own can't stand in for one of ours. And nobody else may put
-- this function on a table of theirs, whose rows would then move accounts.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION ledger_entries_move_accounts() SECURITY DEFINER SET search_path = %I, pg_temp',
                   current_schema());
END $$;
REVOKE ALL ON FUNCTION ledger_entries_move_accounts() FROM PUBLIC;
