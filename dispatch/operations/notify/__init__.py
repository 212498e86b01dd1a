"""Telling customers: notices are written with the fact they tell, and delivered afterwards.

Verbs come in to give a notice inside their transaction; the server comes in for the courier
that delivers, and for the receivers it delivers to.
"""
