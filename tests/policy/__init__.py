"""Tests of profiles, waivers and the store."""
