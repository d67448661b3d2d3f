//! The historical loop: a tape and verdicts in, a ledger out.
