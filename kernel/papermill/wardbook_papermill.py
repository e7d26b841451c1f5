"""Parameters of papermill for notebooks in TypeScript.

papermill finds translators only in its own list and loads other packages only as engines, so the package that carries
this module names it as an engine (entry point group `papermill.engine`): loading it adds the translator. A cell tagged
`parameters` holds defaults; papermill puts a cell with the given values after it.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

PARAMETER = re.compile(
    r"^(?:export\s+)?(?:let|const|var)\s+(?P<name>[A-Za-z_$][\w$]*)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*"
    r"(?P<value>.*?);?\s*(?://\s*(?P<help>.*))?$"
)


class TypeScriptTranslator(Translator):
    """Writes values as TypeScript and reads the defaults of a `parameters` cell."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_bool(cls, val):
        return "true" if val else "false"

    @classmethod
    def translate_int(cls, val):
        # Beyond 2^53 a number would be another number.
        return f"{val}n" if abs(val) > 2**53 - 1 else str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isfinite(val):
            return repr(val)
        return "NaN" if math.isnan(val) else ("Infinity" if val > 0 else "-Infinity")

    @classmethod
    def translate_escaped_str(cls, str_val):
        # Every JSON string is a TypeScript string.
        return json.dumps(str(str_val), ensure_ascii=False)

    @classmethod
    def translate_dict(cls, val):
        return "{ " + ", ".join(f"{json.dumps(str(key))}: {cls.translate(one)}" for key, one in val.items()) + " }"

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(one) for one in val) + "]"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        # `let`, since the notebook may go on to change it.
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        found = (PARAMETER.match(line.strip()) for line in parameters_cell["source"].splitlines())
        return [
            Parameter(
                name=match["name"],
                inferred_type_name=(match["type"] or "").strip() or "None",
                default=match["value"],
                help=match["help"] or "",
            )
            for match in found
            if match
        ]


class Engine(NBClientEngine):
    """papermill's own engine, under a name that makes papermill load this module."""


papermill_translators.register("typescript", TypeScriptTranslator)
