"""Which of Studio's error codes mean that a job can never be done."""

TERMINAL_CODES: frozenset[str] = frozenset(
    {
        "animated_not_supported",
        "background_not_found",
        "cancelled",
        "deadline_exceeded",
        "engine_unavailable",
        "image_corrupt",
        "image_too_large",
        "invalid_preset",
        "invalid_spec",
        "no_subject",
        "sha256_mismatch",
        "source_forbidden",
        "source_not_found",
        "subject_fills_frame",
        "subject_not_separable",
        "too_heavy",
        "too_many_pixels",
        "unknown_workflow",
        "unsupported_format",
    }
)
"""Codes after which asking again is useless. Every other code, also one nobody knows, may be asked again."""
