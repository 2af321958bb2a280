"""Attacks on credits: on a job's charge and refund, on balances, on the chain, on who may make credits."""

from tests.billing.attacks.words import (
    POLICY,
    Attack,
    charge_of,
    entry,
    fail,
    forbidden,
    impossible,
    mint,
    new_job,
    post,
    refund,
    succeed,
)

# What a job has cost, and what it gets back.
SETTLING = {
    "accept a job without its charge": impossible("money_gate", new_job()),
    "fail a job without its refund": impossible("money_gate", fail("$waiting")),
    "fail a running job without its refund": impossible("money_gate", fail("$running")),
    "fail a job that another gets the refund of": impossible(
        "ledger_entry_refund_equals_charge", fail("$waiting"), refund("$waiting", of="$running")
    ),
    "refund a waiting job": impossible("money_gate", refund("$waiting")),
    "refund a running job": impossible("money_gate", refund("$running")),
    "refund a job and keep its picture": impossible("money_gate", refund("$running"), succeed("$running")),
    "refund a job that succeeded": impossible("money_gate", refund("$succeeded")),
    "refund twice": impossible("ledger_entry_one_charge_one_refund", refund("$failed")),
    "refund more than was charged": impossible(
        "ledger_entry_refund_equals_charge", fail("$waiting"), refund("$waiting", 6)
    ),
    "refund less than was charged": impossible(
        "ledger_entry_refund_equals_charge", fail("$waiting"), refund("$waiting", 4)
    ),
    "refund to another client": impossible(
        "ledger_entry_refund_equals_charge",
        fail("$waiting"),
        refund("$waiting", account="$strangers_account"),
    ),
    "refund to the account in the other mode": impossible(
        "ledger_entry_refund_equals_charge", fail("$waiting"), refund("$waiting", account="$test_account")
    ),
    "refund without naming the charge": impossible(
        "ledger_entry_refund_names_charge", fail("$waiting"), post("REFUND", 5, "$waiting")
    ),
    "refund without a job": impossible(
        "ledger_entry_charge_and_refund_name_job", post("REFUND", 5, charge=charge_of("$waiting"))
    ),
    "refund a refund": impossible(
        "ledger_entry_refund_equals_charge",
        fail("$waiting"),
        post(
            "REFUND",
            5,
            "$waiting",
            charge="(SELECT id FROM billing_ledgerentry WHERE job_id = $failed AND kind = 'REFUND')",
        ),
    ),
    "charge twice": impossible("ledger_entry_one_charge_one_refund", post("CHARGE", -5, "$waiting")),
    "charge more than the price": impossible(
        "ledger_entry_is_its_jobs_price", new_job(), post("CHARGE", -6, "$new")
    ),
    "charge less than the price": impossible(
        "ledger_entry_is_its_jobs_price", new_job(), post("CHARGE", -4, "$new")
    ),
    "charge another client": impossible(
        "ledger_entry_is_its_jobs_price", new_job(), post("CHARGE", -5, "$new", account="$strangers_account")
    ),
    "charge for no job": impossible("ledger_entry_charge_and_refund_name_job", post("CHARGE", -5)),
    "charge for a job that is not there": impossible(
        "ledger_entry_is_its_jobs_price", post("CHARGE", -5, "$new")
    ),
    "charge that names a charge": impossible(
        "ledger_entry_refund_names_charge",
        new_job(),
        post("CHARGE", -5, "$new", charge=charge_of("$waiting")),
    ),
    "charge upwards": impossible("ledger_entry_sign_fits_kind", new_job(), post("CHARGE", 5, "$new")),
    "refund downwards": impossible("ledger_entry_sign_fits_kind", fail("$waiting"), refund("$waiting", -5)),
    "spend more than there is": impossible(
        "ledger_entry_balance_not_negative", new_job(credits_cost="1000"), post("CHARGE", -1000, "$new")
    ),
}

# The chain of an account's entries.
CHAIN = {
    "leave a gap": impossible("ledger_entry_continues_chain", new_job(), entry(seq="seq + 2")),
    "use a place again": impossible("ledger_entry_seq_once", new_job(), entry(seq="seq")),
    "say another balance": impossible(
        "ledger_entry_continues_chain", new_job(), entry(balance_after="balance")
    ),
    "guess a hash": impossible("ledger_entry_continues_chain", new_job(), entry(hash="sha256('guess')")),
    "hash what is not said": impossible(
        "ledger_entry_continues_chain", new_job(), entry(description="'another word'")
    ),
    "choose an id that a charge has": impossible(
        "billing_ledgerentry_pkey", new_job(), entry(id=charge_of("$waiting"))
    ),
}

# The account: its figures follow from entries and jobs, from nothing else.
POKES = ("balance = balance + 1", "seq = 0", "head_hash = ''", "open_jobs = 0", "in_flight = 0")
MOVES = ("id = gen_random_uuid()", "client_id = $stranger", "livemode = false")
ACCOUNT = {
    **{
        f"poke {poke}": forbidden(
            f"UPDATE billing_creditaccount SET {poke} WHERE id = $account",
            by="credit_account_moves_with_entries",
        )
        for poke in POKES + MOVES
    },
    **{
        f"open an account with {figure}": impossible(
            "credit_account_born_empty",
            "INSERT INTO billing_creditaccount"
            f" (id, client_id, livemode, head_hash, open_jobs_limit, {figure})"
            " VALUES ($new, $client, true, '', 1, 1000)",
        )
        for figure in ("balance", "seq", "open_jobs", "in_flight")
    },
    "open a second account": impossible(
        "credit_account_one_per_mode",
        "INSERT INTO billing_creditaccount (id, client_id, livemode, head_hash, open_jobs_limit)"
        " VALUES ($new, $client, true, '', 1)",
    ),
    "have more unfinished jobs than the limit": impossible(
        "credit_account_open_jobs_limit",
        "UPDATE billing_creditaccount SET open_jobs_limit = 2 WHERE id = $account",
        new_job(),
    ),
    "set a limit below zero": impossible(
        "credit_account_limit_not_negative",
        "UPDATE billing_creditaccount SET open_jobs_limit = -1 WHERE id = $account",
    ),
    "store a head": forbidden(
        "SELECT ledger_store_head(jsonb_populate_record(account, '{\"balance\": 1000}'))"
        " FROM billing_creditaccount AS account WHERE id = $account",
        by="credit_account_moves_with_entries",
    ),
}

# Who may make credits, and what a grant and an adjustment need.
_STAFF = ("$one", "$two")
MINTING = {
    "grant": mint(post("GRANT", 1000, source="'mine'")),
    "grant without a source": mint(post("GRANT", 5), by="ledger_entry_grant_has_source"),
    "grant with an empty source": mint(post("GRANT", 5, source="''"), by="ledger_entry_grant_has_source"),
    "grant a source again": mint(
        post("GRANT", 5, source="'onboarding'"), by="ledger_entry_grant_source_once"
    ),
    "grant downwards": mint(post("GRANT", -5, source="'mine'"), by="ledger_entry_sign_fits_kind"),
    "grant nothing": mint(post("GRANT", 0, source="'mine'"), by="ledger_entry_sign_fits_kind"),
    "adjust": mint(post("ADJUSTMENT", 1000, reason="why", people=_STAFF)),
    "adjust by nothing": mint(
        post("ADJUSTMENT", 0, reason="why", people=_STAFF), by="ledger_entry_sign_fits_kind"
    ),
    **{
        f"adjust with {lack}": mint(
            post("ADJUSTMENT", 5, reason=reason, people=people),
            by="ledger_entry_adjustment_has_reason_and_two_people",
        )
        for lack, reason, people in (
            ("no reason", "", _STAFF),
            ("one person twice", "why", ("$one", "$one")),
            ("nobody's approval", "why", ("$one", "NULL")),
            ("nobody's name", "why", ("NULL", "$two")),
        )
    },
    "adjust for a stranger's job": mint(
        post("ADJUSTMENT", 5, "$strangers", reason="why", people=_STAFF), by="money_gate"
    ),
    "adjust below zero": mint(
        post("ADJUSTMENT", -1000, reason="why", people=_STAFF), by="ledger_entry_balance_not_negative"
    ),
    "mint as a refund in the billing role": Attack(refund("$failed"), {"billing": POLICY}),
    "charge in the billing role": Attack(post("CHARGE", -5, "$waiting"), {"billing": POLICY}),
}

MONEY = {**SETTLING, **CHAIN, **ACCOUNT, **MINTING}
