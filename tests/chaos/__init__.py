"""The gateway in a storm: real processes, killed and cut off as a seed says, and an independent auditor."""
