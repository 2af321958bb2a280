"""An auditor that can't fail proves nothing: here the book loses refunds, and it must say so."""

from tests.chaos import plan, storm

# The layers that would refuse it are taken away first.
SABOTAGE = """
    DROP TRIGGER money_gate_of_new_job ON workflows_job;
    DROP TRIGGER money_gate_of_ended_job ON workflows_job;
    DROP TRIGGER money_gate_of_entry ON billing_ledgerentry;
    CREATE FUNCTION lose_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RETURN CASE WHEN NEW.kind = 'REFUND' AND NEW.seq % 2 = 0 THEN NULL ELSE NEW END;
    END $$;
    CREATE TRIGGER a_refund_is_lost BEFORE INSERT ON billing_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION lose_refunds();
"""


def test_lost_refunds_are_found_by_every_part_of_the_audit() -> None:
    asked = plan.Plan(seed=1, jobs=60, rate=12.0, deadline=17, stormy=False, mischief=0.0, sql=SABOTAGE)
    outcome, rig = storm.run(asked, lambda _: None)
    rig.remove()
    found = "\n".join(outcome.violations)
    assert "the books did not balance in sample" in found
    assert "its entries are [('CHARGE', -5)]" in found
    assert "and should have" in found
    assert "manage.py audit" in found
