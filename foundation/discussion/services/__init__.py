"""The only writers of discussions. Each service checks the rule, writes, and tells people in one transaction."""
