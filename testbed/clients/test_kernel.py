"""jupyter_kernel_test's suite for the kernel wardbook-typescript: every test of it, none left out."""

import unittest

import jupyter_kernel_test


class WardbookTypeScriptTests(jupyter_kernel_test.KernelTests):
    kernel_name = "wardbook-typescript"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "const x: number = 40; x + 2", "result": "42"},
        {"code": "3*4*5", "result": "60"},
        {"code": "html('<p>rich</p>')", "mime": "text/html", "result": "<p>rich</p>"},
    ]
    code_display_data = [
        {"code": "display(html('<b>bold</b>'))", "mime": "text/html"},
        {"code": "display(markdown('**bold**'))", "mime": "text/markdown"},
    ]
    code_generate_error = "throw new Error('wrong')"
    code_page_something = "page('a text to page through')"
    complete_code_samples = ["1 + 1", "function f() { return 1; }", "const r = /[{(]/;", "type A = { a: number };"]
    incomplete_code_samples = ["function f() {", "const a = [", "const t = `abc", "const g = x =>"]
    invalid_code_samples = ["const = 1", "import = 7q"]
    completion_samples = [{"text": "Math.sqr", "matches": {"sqrt"}}]
    code_inspect_sample = "Math.sqrt"
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = "clearOutput()"


class WardbookWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "wardbook-typescript"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
