"""Audit: the rules of the book, asked of the database from outside the code that keeps them.

R1 each balance is the sum of its entries, its seq their count. R2 each job's entries match its state.
R3 what is in flight is what live jobs cost. R4 the hash chain is whole and seq has no gap.
R5 charges less refunds are the costs of succeeded and unfinished jobs, adjustments apart.
R6 every job that Studio lists is one of ours, and every success of ours is one there (`audit.studio`).
"""

from workflows.audit.book import AlreadyRunning, Report, audit, incremental
from workflows.audit.rules import Breach

__all__ = ["AlreadyRunning", "Breach", "Report", "audit", "incremental"]
