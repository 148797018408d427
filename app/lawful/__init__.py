"""What the law asks of whoever runs this place: the set-up, the terms, and the records that show how it was kept."""
