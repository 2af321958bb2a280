"""R4, the larger part: whether each entry continues the one before it, and its hash is that of its content.

The hash is computed anew from what `docs/ledger.md` says, not by the database's `ledger_hash`: whoever may
change a table may change that as well. It is also faster by a third.
"""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = "".join(one + other for one in _ALPHABET for other in _ALPHABET)


def _ulid(bits: str) -> str:
    """SQL for the text of a column's 16 bytes: the first byte makes two characters, then five make eight."""
    places = [f"get_byte({bits}, 0) << 1"]
    for first in (1, 6, 11):
        for step, (left, right) in enumerate(((3, ">> 5"), (5, ">> 3"), (7, ">> 1"), (9, "<< 1"))):
            here, there = f"get_byte({bits}, {first + step})", f"get_byte({bits}, {first + step + 1})"
            # Twice the ten bits, where they stand. In SQL these operators bind alike, from left to right.
            places.append(f"(({here} << {left}) | ({there} {right})) & 2046")
    pairs = " || ".join(f"substr(pairs, 1 + ({place}), 2)" for place in places)
    return f"coalesce(encode({pairs}, 'escape'), '')"


# Joined with the entry before instead of asked by a window function, which one process alone would compute.
# The OFFSET keeps the planner from computing `uuid_send` for each byte anew; were it no bigint, the planner
# would give it to one process alone as well.
_QUESTION = """
    SELECT format('account %%s, seq %%s', ulid_text(account_id), seq), broken
    FROM (
        SELECT account_id, seq,
               CASE
                   WHEN seq <> before_seq + 1 THEN 'a gap before it'
                   WHEN balance_after <> before_balance + amount
                       THEN 'its balance does not continue the one before'
                   WHEN hash <> sha256(convert_to(concat_ws('|',
                            encode(before_hash, 'hex'), seq, kind, amount, balance_after,
                            JOB_ID, REQUEST_ID,
                            to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                            description), 'UTF8'))
                       THEN 'its hash is not that of its content'
               END AS broken
        FROM (
            SELECT entry.account_id, entry.seq, entry.kind, entry.amount, entry.balance_after, entry.hash,
                   entry.created_at, entry.description,
                   uuid_send(entry.job_id) AS job_bits, uuid_send(entry.request_id) AS request_bits,
                   coalesce(before.seq, mark.seq, 0) AS before_seq,
                   coalesce(before.balance_after, mark.balance, 0) AS before_balance,
                   coalesce(before.hash, mark.hash,
                            ledger_genesis(account.client_id, account.livemode)) AS before_hash
            FROM billing_ledgerentry AS entry
            LEFT JOIN MARKS AS mark ON mark.account_id = entry.account_id
            LEFT JOIN billing_ledgerentry AS before ON before.account_id = entry.account_id
                AND before.seq = entry.seq - 1 AND before.id >= %(entry)s
            LEFT JOIN billing_creditaccount AS account ON account.id = entry.account_id AND entry.seq = 1
            WHERE entry.id >= %(entry)s AND entry.seq > coalesce(mark.seq, 0)
            OFFSET bigint '0'
        ) AS entry, (SELECT 'PAIRS'::bytea AS pairs) AS alphabet
    ) AS checked
    WHERE broken IS NOT NULL
"""
QUESTION = (
    _QUESTION.replace("JOB_ID", _ulid("job_bits"))
    .replace("REQUEST_ID", _ulid("request_bits"))
    .replace("PAIRS", _PAIRS)
)
