"""The only writers of municipalities. Each service checks the rule, writes, and records it in one transaction."""
