"""Changing the configuration of a gateway that runs: applying, confirming, going back."""
