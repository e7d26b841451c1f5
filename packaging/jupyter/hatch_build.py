"""Gives the wheel the tag of the system whose binaries it carries."""

import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PlatformTag(BuildHookInterface):
    def initialize(self, version, build_data):
        tag = os.environ.get("WARDBOOK_WHEEL_TAG")
        if not tag:
            raise RuntimeError("Build this wheel by: npm run package:wheel")
        build_data["tag"] = tag
        build_data["pure_python"] = False
