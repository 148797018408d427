"""The judge: knows words and guidelines, and nothing else."""
