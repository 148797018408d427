"""Rooms where people meet: their purpose, their guidelines, and the names people have in them."""
