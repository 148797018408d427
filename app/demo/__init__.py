"""A made-up community for trying Hearth out, which comes in by the same gate as everybody else."""
