"""The reference receiver: what a province's centre does with the contract, in one process.

It is written to be read, by whoever builds a centre of his own. In this order: `heard` (what a
message says), `schema/001_initial.sql` (what is kept of it), `intake` (how one becomes the other),
`store`, `resend` (what is asked for again), `mqtt_session` (the broker), `centre` (the loop that
joins them, and the one promise: acknowledged is what is on disk).
"""
