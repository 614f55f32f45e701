"""jupyter_kernel_test's own tests, with samples in TypeScript. Run by rows.py, whose environment names the kernelspec."""

import jupyter_kernel_test

USE = 'import { display, clearOutput } from "geodl/notebook";\n'


class GeodlTests(jupyter_kernel_test.KernelTests):
    kernel_name = "geodl"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    completion_samples = [{"text": "Math.hypo", "matches": {"hypot"}}]
    complete_code_samples = ["1+1", "const a = 1;", "function f() { return 1; }"]
    incomplete_code_samples = ["function f(a) {", "const x = [1,", "`abc"]
    invalid_code_samples = ["const = = 3;", "let 1a = 2; {"]
    code_execute_result = [{"code": "1+2+3", "result": "6"}]
    code_display_data = [{"code": USE + 'display({"text/html": "<b>x</b>"})', "mime": "text/html"}]
    code_generate_error = 'throw new RangeError("boom-42");'
    code_inspect_sample = "Math.sqrt"
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = USE + "clearOutput();"
