"""The imperative shell: finding and starting engines, the keeper and the link to it, one window's
session, settings, stores, mining, wiring. Decisions are taken below; this folder carries them out.
"""
