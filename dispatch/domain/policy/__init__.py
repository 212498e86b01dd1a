"""The kinds of contract a company sells, as data that anybody may change.

``default.json`` holds the two policies every installation starts with; other rooms come in
for those and for the way between a policy and its JSON form.
"""

from dispatch.domain.policy.mapping import default_policies, policy_from_mapping, policy_to_mapping

__all__ = ["default_policies", "policy_from_mapping", "policy_to_mapping"]
