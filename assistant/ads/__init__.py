"""Advertisements for a shop's own customers: who may be shown which, how often, and how likely they are to click.

``serving.open_ads`` puts it together. Nobody is shown any who did not agree (``consent``), nobody more than ``limits``
allows, and nothing is aimed by health, religion, politics, sexuality, ethnicity or at minors (``serving.refused``).
"""
