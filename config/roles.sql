-- Who may do what, set anew by `manage.py create_roles` as the owner of the tables: harmless to repeat, and no lock
-- that anybody waits for. {app} is whom web, worker, scheduler and commands log in as. Nobody logs in as
-- gateway_billing: only `grant` and `adjust` of billing/ledger.py step into it, for one statement.

-- Ordinary tables are the app's to read and write: config/roles.py has said so just before. These are not.
REVOKE ALL ON
    billing_ledgerentry, billing_creditaccount, workflows_job, workflows_jobevent, workflows_idempotencykey,
    workflows_pricechange, request_logs, django_migrations
    FROM {app}, gateway_billing;

-- The book grows, and nothing in it is edited or deleted. Which kinds of entry each of the two may add is said by
-- the policy in billing/migrations/sql/roles.sql.
GRANT SELECT, INSERT ON billing_ledgerentry TO {app}, gateway_billing;

-- An account's figures move only inside functions of the owner. To lock a row takes the right to update a column.
GRANT SELECT, INSERT, UPDATE (open_jobs_limit) ON billing_creditaccount TO {app};
GRANT SELECT, UPDATE (open_jobs_limit) ON billing_creditaccount TO gateway_billing;

-- A job moves, and stays.
GRANT SELECT, INSERT, UPDATE ON workflows_job TO {app};

-- What was said is not unsaid. The right to a partitioned table is enough for its partitions, those to come too.
GRANT SELECT, INSERT ON workflows_jobevent, workflows_idempotencykey, workflows_pricechange, request_logs TO {app};
GRANT EXECUTE ON FUNCTION request_logs_add_month(timestamptz) TO {app};

GRANT SELECT ON django_migrations, jobs_as_text, request_logs_as_text TO {app};
