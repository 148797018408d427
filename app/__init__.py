"""Hearth: an anonymous peer support forum that reads words with care before anybody else does."""
