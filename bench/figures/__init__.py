# SPDX-License-Identifier: GPL-2.0
"""What the bench has measured, and the ways to show it."""
