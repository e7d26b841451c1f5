"""What a TypeScript notebook may contain. Kernels of other languages skip this area."""

from contextlib import contextmanager

from ..client import fresh_id
from ..registry import Skip, check

PAGE = "https://www.typescriptlang.org/docs/"
FAMILY = ("typescript", "deno")


def cells(kernel, *sources):
    """Runs cells one after the other and answers with their runs."""
    if kernel.language not in FAMILY:
        raise Skip("not a question for this language")
    runs = []
    for source in sources:
        runs.append(kernel.client.run(source))
        if runs[-1].result is None:
            # Whether results come before idle is asked elsewhere; here it is about the language.
            kernel.client.settle(0.1)
    return runs


def last(kernel, *sources):
    """Result of the last cell; all must go well."""
    return [run.ok() for run in cells(kernel, *sources)][-1].result


def rule(id, sentence, expected, *sources):
    """A check that the last cell's result is `expected`."""

    @check(f"language.{id}", sentence, PAGE)
    def run(kernel):
        found = last(kernel, *sources)
        # Which quotes a text is shown in is a matter of taste.
        plain = found if found is None else found.replace('"', "'")
        assert plain == expected, f"{found!r} instead of {expected!r}"


rule("types", "types, interfaces and generics are erased", "3", "interface P { x: number }\ntype Q<T> = T | null;\nconst p: Q<P> = { x: 3 };", "(p as P).x satisfies number")
rule("enum", "enums work, and across cells", "2", "enum Size { Small = 1, Large }", "Size.Large")
rule("namespace", "namespaces work, and across cells", "7", "namespace Box { export const inside = 7; }", "Box.inside")
rule("class", "classes with private fields and parameter properties work", "9", "class Point { constructor(private readonly x: number) {} get twice() { return this.x * 2; } }", "new Point(4.5).twice")
rule("redeclare-class", "a class may be declared again", "2", "class Again$1 { v = 1 }", "class Again$1 { v = 2 }", "new Again$1().v")
rule("let-then-function", "a let may become a function", "5", "let turn = 1", "function turn() { return 5; }", "turn()")
rule("function-then-const", "a function may become a const", "6", "function turn2() { return 5; }", "const turn2 = 6", "turn2")
rule("var-then-class", "a var may become a class", "1", "var turn3 = 1", "class turn3 { one = 1 }", "new turn3().one")
rule("closure", "a closure sees the value a later cell gave", "2", "let seen = 1; const look = () => seen;", "seen = 2", "look()")
rule("destructuring", "destructuring declares all its names", "6", "const { a: da, ...rest } = { a: 1, b: 2, c: 3 }; let [db, dc = 3] = [rest.b];", "da + db + dc")
rule("for-await", "for await works at top level", "3", "async function* steps() { yield 1; yield 2; }\nlet total = 0;\nfor await (const one of steps()) total += one;\ntotal")
rule("object-literal", "an object literal is a value, not a block", "{ a: 1, b: 2 }", "{ a: 1, b: 2 }")
rule("import-node", "static import of node: modules", "'c.txt'", "import { basename } from 'node:path';\nbasename('/a/b/c.txt')")
rule("import-star", "import * and default import", "true", "import * as path from 'node:path';\nimport fs from 'node:fs';\nfs.existsSync(path.sep)")
rule("import-dynamic", "import() works", "'/'", "(await import('node:path')).sep")
rule("import-type", "import type vanishes", "1", "import type { Stats } from 'node:fs';\nconst none: Stats | null = null;\nnone === null ? 1 : 0")
rule("require", "require works", "'/'", "require('node:path').sep")
rule("export", "export in a cell is no error", "8", "export const shown = 8;\nexport default function () {}\nshown")
rule("import-meta", "import.meta.url is a file URL", "true", "import.meta.url.startsWith('file:')")
rule("decorators", "standard decorators work where they are lowered", "'decorated'", "function mark(_value: unknown, context: ClassDecoratorContext) { (globalThis as any).marked = 'decorated'; }\n@mark class Marked {}\n(globalThis as any).marked")
rule("using", "using disposes at the end of its block", "'closed'", "let state = 'open';\n{ using thing = { [Symbol.dispose]() { state = 'closed'; } }; }\nstate")
rule("bigint", "a bigint is shown as one", "12345678901234567890n", "12345678901234567890n")
rule("undefined", "undefined gives no result", None, "undefined")
rule("null", "null gives a result", "null", "null")
rule("minus-zero", "-0 and NaN are shown as they are", "[ -0, NaN ]", "[-0, NaN]")
rule("map-set", "Map and Set show their entries", "Map(1) { 'a' => Set(1) { 1 } }", "new Map([['a', new Set([1])]])")


@check("language.import-json", "JSON is imported with its attribute", PAGE)
def json_import(kernel):
    make = "import { writeFileSync } from 'node:fs';\nwriteFileSync('facts.json', '{\"answer\": 42}');"
    assert last(kernel, make, "import facts from './facts.json' with { type: 'json' };\nfacts.answer") == "42"


@check("language.import-esm-only", "a package that has only ES modules, in the notebook's own folder, is imported", PAGE)
def esm_only(kernel):
    make = (
        "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('node_modules/only-esm', { recursive: true });\n"
        "writeFileSync('node_modules/only-esm/package.json', JSON.stringify({ name: 'only-esm', version: '1.0.0', type: 'module', exports: './index.js' }));\n"
        "writeFileSync('node_modules/only-esm/index.js', 'export const esm = await Promise.resolve(11);');"
    )
    assert last(kernel, make, "import { esm } from 'only-esm';\nesm") == "11"


@check("language.import-cjs", "a CommonJS package, in the notebook's own folder, is imported by name", PAGE)
def commonjs(kernel):
    make = (
        "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('node_modules/only-cjs', { recursive: true });\n"
        "writeFileSync('node_modules/only-cjs/package.json', JSON.stringify({ name: 'only-cjs', version: '1.0.0' }));\n"
        "writeFileSync('node_modules/only-cjs/index.js', 'exports.cjs = 12;');"
    )
    assert last(kernel, make, "import { cjs } from 'only-cjs';\ncjs") == "12"


@check("language.import-local", "a local .ts module is imported, and again after an edit", PAGE)
def local(kernel):
    write = "import { writeFileSync } from 'node:fs';\nwriteFileSync('local.ts', 'export const local: number = {n};');"
    use = "import { local } from './local.ts';\nlocal"
    assert last(kernel, write.replace("{n}", "1"), use) == "1"
    assert last(kernel, write.replace("{n}", "2"), use) == "2", "the edit is not seen"


@check("language.const-assign", "assigning to a const is an error, also in a later cell", PAGE)
def const_assign(kernel):
    runs = cells(kernel, "const fixed = 1", "fixed = 2", "fixed")
    assert runs[1].reply["status"] == "error", "no error"
    assert runs[2].result == "1", f"fixed is {runs[2].result}"


@contextmanager
def type_errors_stop(kernel):
    """Asks a kernel that has such a mode to refuse cells with type errors; others keep their ways."""
    if kernel.language != "typescript":
        yield
        return
    comm = fresh_id()

    def mode(value):
        kernel.client.send("shell", "comm_msg", {"comm_id": comm, "data": {"type": "mode", "value": value}})
        told = {"type": "mode", "value": value}
        answers = lambda: [message["content"] for message in kernel.client.of_type("comm_msg")]
        kernel.client.wait(lambda: {"comm_id": comm, "data": told} in answers(), 5, f"mode {value}")

    kernel.client.send("shell", "comm_open", {"comm_id": comm, "target_name": "wardbook.language", "data": {}})
    mode("error")
    try:
        yield
    finally:
        mode("warn")


@check("language.type-error", "a type error inside a cell is told", PAGE)
def type_error(kernel):
    with type_errors_stop(kernel):
        (run,) = cells(kernel, "const wrong: number = 'text'; wrong")
    told = str(run.reply) + "".join(str(content) for content in run.contents("stream") + run.contents("display_data"))
    assert "not assignable" in told, "nothing was said"


@check("language.type-error-across", "a type error against a name of an earlier cell is told", PAGE)
def type_error_across(kernel):
    with type_errors_stop(kernel):
        _, run = cells(kernel, "const known: { grade: number } = { grade: 1 };", "known.grad")
    told = str(run.reply) + "".join(str(content) for content in run.contents("stream") + run.contents("display_data"))
    assert "grade" in told, "nothing was said"


@check("language.timer-error", "an exception in a timer is shown, and the kernel lives", PAGE)
def timer_error(kernel):
    (run,) = cells(kernel, "setTimeout(() => { throw new Error('in a timer'); }, 30); undefined")
    shown = lambda: "in a timer" in str([message["content"] for message in kernel.client.published[run.id]][2:])
    kernel.client.wait(shown, 3, "the error of the timer under its cell")
    assert last(kernel, "1 + 1") == "2"


@check("language.rejection", "an unhandled rejection is shown, and the kernel lives", PAGE)
def rejection(kernel):
    (run,) = cells(kernel, "void Promise.reject(new Error('nobody caught')); undefined")
    shown = lambda: "nobody caught" in str([message["content"] for message in kernel.client.published[run.id]][2:])
    kernel.client.wait(shown, 3, "the rejection under its cell")
    assert last(kernel, "1 + 1") == "2"


@check("language.async-error", "a rejected await fails the cell with its own line", PAGE)
def async_error(kernel):
    (run,) = cells(kernel, "const wait = () => new Promise((_, reject) => setTimeout(() => reject(new Error('later')), 10));\n\nawait wait();")
    assert run.reply["status"] == "error" and run.reply["evalue"] == "later", f"{run.reply}"


@check("language.failed-declaration", "a name whose declaration failed can be declared again", PAGE)
def failed_declaration(kernel):
    runs = cells(kernel, "const doomed = (() => { throw new Error('no'); })();", "const doomed = 4; doomed")
    assert runs[1].reply["status"] == "ok" and runs[1].result == "4", f"{runs[1].reply}"


@check("language.display-symbol", "Symbol.for('Jupyter.display') is honoured", PAGE)
def display_symbol(kernel):
    (run,) = cells(kernel, "({ [Symbol.for('Jupyter.display')]() { return { 'text/markdown': '# hi' }; } })")
    assert run.ok().contents("execute_result")[0]["data"].get("text/markdown") == "# hi"


@check("language.typed-array", "a large typed array is cut sensibly", PAGE)
def typed_array(kernel):
    text = last(kernel, "new Float64Array(1_000_000)")
    assert text and text.startswith("Float64Array(1000000) [") and len(text) < 20_000, f"{len(text or '')} characters"


@check("language.cyclic", "a value that holds itself is shown", PAGE)
def cyclic(kernel):
    text = last(kernel, "const ring: any = { name: 'ring' }; ring.self = ring; ring")
    assert text and "Circular" in text, f"{text!r}"


@check("language.getter-throws", "a value whose display fails is an error of the cell, not of the kernel", PAGE)
def getter_throws(kernel):
    (run,) = cells(kernel, "({ [Symbol.for('Jupyter.display')]() { throw new Error('cannot show'); } })")
    assert "cannot show" in str(run.reply) + str(run.messages), f"{run.reply}"
    assert last(kernel, "2 + 2") == "4"


@check("language.global-names", "no name of the kernel's own is enumerable on globalThis", PAGE)
def leaks(kernel):
    text = last(kernel, "Object.keys(globalThis).filter(name => /kernel|wardbook|internal/i.test(name)).join()")
    assert text in ("''", '""'), f"{text}"
