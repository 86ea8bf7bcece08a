"""The manual page, the completions and the help say the same of the program.

What they say is made of the help (src/docs); here the help is read anew, and
the program is asked whether it is true.  $BLACKOUT_DOCS: where the page and the
completions were built.
"""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(os.environ.get("BLACKOUT") or
                         ROOT / "build" / "release" / "blackout")
DOCS = pathlib.Path(os.environ.get("BLACKOUT_DOCS") or
                    ROOT / "build" / "release" / "src" / "docs").resolve()
SCREEN = (80, 60)  # columns, lines

OPTION = re.compile(r"^ {2}(?:-(.), | {4})--([a-z0-9-]+)(?: ([A-Z][A-Z0-9:]*))?"
                    r"(?: .*)?$")


def run(*argv, **how):
    return subprocess.run([BINARY, *argv], capture_output=True, text=True,
                          **how)


def commands():
    text = run("help").stdout
    listed = text.split("Commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines()]


def options(command):
    """(letter, name, value) of each; letter and value may be None."""
    return [m.groups() for m in map(OPTION.match, run(
        command, "--help").stdout.splitlines()) if m]


ALL = [(command, *option) for command in commands()
       for option in options(command)]


def need(tool):
    if shutil.which(tool) is None:
        raise unittest.SkipTest("no " + tool)
    return tool


class Help(unittest.TestCase):
    def test_there_are_commands_and_options(self):
        self.assertIn("outages", commands())
        self.assertGreater(len(ALL), 50)

    def test_fits_a_screen(self):
        for command in [None, *commands()]:
            with self.subTest(command=command):
                lines = run("help", *filter(None, [command])) \
                    .stdout.splitlines()
                self.assertLessEqual(len(lines), SCREEN[1])
                self.assertLessEqual(max(map(len, lines)), SCREEN[0])

    def test_both_ways_to_ask_are_one(self):
        for command in commands():
            self.assertEqual(run("help", command).stdout,
                             run(command, "--help").stdout)

    def test_options_take_a_value_as_they_say(self):
        for command, letter, name, value in ALL:
            forms = ["--" + name] + (["-" + letter] if letter else [])
            for form in forms if name != "help" else []:
                with self.subTest(command=command, option=form):
                    told = "a value is needed after" in run(
                        command, form).stderr
                    self.assertEqual(told, value is not None)

    def test_versions_of_the_libraries(self):
        lines = run("--version").stdout.splitlines()
        names = [line.split()[0] for line in lines]
        self.assertEqual(names[:4], ["blackout", "bzip2", "zlib", "cJSON"])
        cmake = (ROOT / "CMakeLists.txt").read_text()
        version = re.search(r"project\(blackout VERSION (\S+)", cmake)[1]
        self.assertEqual(lines[0], "blackout " + version)
        changes = (ROOT / "CHANGELOG.md").read_text()
        self.assertEqual(re.search(r"^## (\S+)", changes, re.M)[1], version)


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = (DOCS / "blackout.1").read_text()
        cls.parts = {}
        for part in re.split(r"^\.Ss blackout ", cls.page, flags=re.M)[1:]:
            name, text = part.split("\n", 1)
            cls.parts[name] = text.split("\n.Sh ")[0]

    def test_lint(self):
        """Which other manuals are installed here says nothing of this one."""
        lint = subprocess.run([need("mandoc"), "-Tlint", DOCS / "blackout.1"],
                              capture_output=True, text=True)
        self.assertEqual([line for line in lint.stdout.splitlines()
                          if "referenced manual not found" not in line], [])
        self.assertLess(lint.returncode, 2)

    def test_each_command_has_its_options(self):
        self.assertEqual(list(self.parts), commands())
        for command, letter, name, value in ALL:
            item = ".It%s Fl -%s%s\n" % (
                " Fl %s ," % letter if letter else "", name,
                " Ar " + value if value else "")
            self.assertIn(item, self.parts[command])

    def test_nothing_else_is_an_option(self):
        for command, text in self.parts.items():
            self.assertEqual(
                re.findall(r"^\.It.* Fl -(\S+)", text, re.M),
                [name for c, _, name, _ in ALL if c == command])

    def test_what_it_is_is_said(self):
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS",
                        "OUTPUT", "FILES", "EXIT STATUS", "EXAMPLES"]:
            self.assertIn("\n.Sh %s\n" % section, self.page)
        for status in "0123":
            self.assertIn("\n.It %s\n" % status, self.page)
        self.assertNotIn("@VERSION@", self.page)

    def test_examples_are_of_options_that_are(self):
        text = subprocess.run([need("mandoc"), "-Tascii", DOCS / "blackout.1"],
                              capture_output=True, text=True).stdout
        text = re.sub(".\b", "", text)
        part = text.split("\nEXAMPLES\n")[1].split("\nSEE ALSO\n")[0]
        part = part.replace("\\\n", " ")
        found = re.findall(r"blackout ([a-z]+)([^|\n]*)", part)
        self.assertGreater(len(found), 5)
        for command, rest in found:
            self.assertIn(command, commands())
            for word in re.findall(r" (--?[a-z-]+)", rest):
                known = [form for c, letter, name, _ in ALL if c == command
                         for form in ("--" + name, "-%s" % letter)]
                self.assertIn(word, known)


class Completions(unittest.TestCase):
    def test_bash(self):
        """As bash asks: the words after `blackout COMMAND -`."""
        script = DOCS / "completion.bash"

        def complete(*words):
            code = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
                    '_blackout; printf "%s\\n" "${COMPREPLY[@]}"')
            return subprocess.run(
                [need("bash"), "-c", code, script, "blackout", *words],
                capture_output=True, text=True, check=True,
                cwd=ROOT / "testdata").stdout.split()

        self.assertEqual(complete("out"), ["outages"])
        self.assertEqual(complete("help", "ch"), ["check"])
        for command in commands():
            forms = {form for c, letter, name, _ in ALL if c == command
                     for form in ["--" + name] + (
                         ["-" + letter] if letter else [])}
            self.assertEqual(set(complete(command, "-")), forms)
        self.assertIn("jsonl", complete("outages", "--format", ""))
        self.assertEqual(complete("outages", "--output", "asnam"),
                         ["asnames.txt"])
        self.assertEqual(complete("outages", "--asn", ""), [])
        self.assertEqual(complete("outages", "asnam"), ["asnames.txt"])

    def test_words_are_taken(self):
        """What completions offer for a value is one that is taken."""
        text = (DOCS / "completion.fish").read_text()
        found = re.findall(r"seen_subcommand_from (\S+)' -l (\S+).*? -a '(.*?)'",
                           text)
        self.assertGreater(len(found), 5)
        for command, name, words in found:
            self.assertGreater(len(words.split()), 1)
            for word in words.split():
                told = run(command, "--" + name, word).stderr
                with self.subTest(command=command, option=name, word=word):
                    self.assertNotIn("--%s %s" % (name, word), told)

    def test_fish(self):
        text = (DOCS / "completion.fish").read_text()
        for command, letter, name, value in ALL:
            of = "complete -c blackout -n '__fish_seen_subcommand_from " + \
                "%s' -l %s%s " % (command, name, " -s " + letter
                                  if letter else "")
            line = text.split(of)[1].split(" -d ")[0]
            self.assertEqual(line.startswith(("-x", "-r -F")),
                             value is not None)

    def test_zsh(self):
        text = (DOCS / "completion.zsh").read_text()
        for command, letter, name, value in ALL:
            part = text.split("\t%s)\n" % command)[1].split(";;")[0]
            line = re.search(r"'\*--%s\[.*\](.*)'" % name, part)
            if value is None:
                self.assertEqual(line[1], "")
            else:
                value = ":" + value.replace(":", "\\:") + ":"
                self.assertEqual(line[1][:len(value)], value)
            if letter:
                self.assertIn("'*-%s[" % letter, part)

    def test_shells_can_read_them(self):
        for shell in ["bash", "zsh", "fish"]:
            if shutil.which(shell):
                subprocess.run([shell, "-n", DOCS / ("completion." + shell)],
                               check=True)


if __name__ == "__main__":
    unittest.main()
