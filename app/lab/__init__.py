"""The rules lab: a rule is tried on words that are there, then on words that come, before it holds any; and watched afterwards."""
