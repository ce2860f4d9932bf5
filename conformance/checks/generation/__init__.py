"""Checks of engines that generate: are tokens right, by which path, and whatever else goes on?"""
