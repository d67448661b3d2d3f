"""A strategy, whole: everything that defines it, frozen and fingerprinted."""

from __future__ import annotations

import hashlib

import msgspec

from psky.spec.sections import (
    ContextSpec,
    CostSpec,
    FeatureSpec,
    IntentSpec,
    ModelSpec,
    PolicySpec,
    Section,
    SelectionSpec,
    SplitSpec,
    TapeSpec,
    TouchSpec,
    VenueSpec,
)


class Spec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that defines a strategy: features, labels, model, policy, costs, execution."""

    tape: TapeSpec = TapeSpec()
    features: FeatureSpec = FeatureSpec()
    touch: TouchSpec = TouchSpec()
    intent: IntentSpec = IntentSpec()
    costs: CostSpec = CostSpec()
    venue: VenueSpec = VenueSpec()
    model: ModelSpec = ModelSpec()
    context: ContextSpec = ContextSpec()
    policy: PolicySpec = PolicySpec()
    split: SplitSpec = SplitSpec()
    selection: SelectionSpec = SelectionSpec()

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with any value of the spec and with nothing else."""
        canonical = msgspec.json.encode(self, order="sorted")
        return hashlib.sha256(canonical).hexdigest()[:16]
