"""Types into `jupyter console` over a pseudo terminal and prints what each step showed, as JSON.

Argument: kernelspec name. Prompts count as in IPython; a cell that is open goes on with a continuation prompt.
"""

import json
import re
import sys

import pexpect

CODES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])|\r|\x07")


class Console:
    """The console behind a pseudo terminal."""

    def __init__(self, kernel):
        arguments = ["-m", "jupyter_console", "--kernel", kernel, "--ZMQTerminalInteractiveShell.simple_prompt=True"]
        self.child = pexpect.spawn(sys.executable, arguments, encoding="utf-8", timeout=40, dimensions=(50, 160))
        self.child.setecho(False)

    def prompt(self, number):
        """What was shown until the prompt of this number."""
        self.child.expect(rf"In \[\S*{number}\S*\]: ")
        return CODES.sub("", self.child.before).strip()

    def line(self, text):
        """Types a line."""
        self.child.sendline(text)


def main(kernel):
    console = Console(kernel)
    steps = {"banner": console.prompt(1)}
    console.line("const base: number = 20")
    steps["statement"] = console.prompt(2)
    console.line("base * 2 + 2")
    steps["value"] = console.prompt(3)
    console.line("console.log('printed'); throw new RangeError('shown')")
    steps["error"] = console.prompt(4)
    console.line("for (;;);")
    console.child.expect(pexpect.TIMEOUT, timeout=1)
    console.child.sendintr()
    steps["interrupted"] = console.prompt(5)
    console.line("base + 1")
    steps["kept"] = console.prompt(6)
    console.line("const said = await prompt('Name? '); said.length")
    console.child.expect_exact("Name? ")
    console.line("Anna")
    steps["asked"] = console.prompt(7)
    console.child.sendeof()
    console.child.expect_exact("Do you really want to exit")
    console.line("y")
    console.child.expect(pexpect.EOF)
    steps["ended"] = "yes"
    print(json.dumps(steps))


main(sys.argv[1])
