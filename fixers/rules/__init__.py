"""One fixer for one rule: what it proposes to do about a match, under the rule's own file name."""
