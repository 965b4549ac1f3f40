"""Make the manual page and the completions from the parser: ``python packaging/documents.py``.

With ``--check`` nothing is written, and the exit code says whether they are current. The
completions are made by shtab: it reads an argparse parser, writes for bash, zsh and fish alike,
and what it writes needs neither Python nor Handfast to start at each press of Tab.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import shtab

from handfast import __version__
from handfast.__main__ import NEW_INSTANCE
from handfast.cli.completion import COMPLETE_ALIASES
from handfast.cli.parser import EXITS, PASSWORDS, verb_parser
from handfast.cli.verbs import VERBS
from handfast.handshake.recipes import RECIPES
from handfast.services.checks.findings import CODES

HERE = Path(__file__).parent
COMPLETIONS = {
    "bash": HERE / "completion" / "handfast.bash",
    "zsh": HERE / "completion" / "_handfast",
    "fish": HERE / "completion" / "handfast.fish",
}
METAINFO = HERE / "linux" / "handfast.metainfo.xml"
MANUAL = HERE / "man" / "handfast.1"

#: What stands for a file or a folder on the command line, by what the help calls it.
_COMPLETED = {
    "STORE": shtab.FILE,
    "FILE": shtab.FILE,
    "SRC": shtab.FILE,
    "DST": shtab.FILE,
    "F": shtab.FILE,
    "DIR": shtab.DIRECTORY,
}
#: Verbs whose --alias is the name of a new entry.
_NAME_NEW_ENTRIES = frozenset({"generate", "import", "import-key"})
#: The function of each shell that gives what an argument may be, by the name of its attribute.
_FUNCTIONS = {
    name: {
        "bash": f"_handfast_{name}",
        "zsh": f"_handfast_{name}",
        "fish": f"(_handfast_{name})",
    }
    for name in ("aliases", "identities", "keys", "recipes", "findings")
}
_KEYS = (
    "rsa:2048", "rsa:3072", "rsa:4096", "rsa:8192", "ec:P-256", "ec:P-384", "ec:P-521", "ed25519",
)  # fmt: skip


def _words() -> dict[str, str]:
    """What the functions offer that is the same everywhere."""
    return {
        "keys": " ".join(_KEYS),
        "recipes": " ".join(each.id for each in RECIPES),
        "findings": " ".join(("error", "warning", *sorted(CODES))),
    }


#: The aliases stand in the first word of the line that is a file. bash ends a word at each colon,
#: so that its words are put together again before shtab's function sees them.
_BASH = """\
_handfast_aliases_in() {
  "${COMP_WORDS[0]}" __OPTION__ "$1" 2>/dev/null </dev/null
}

_handfast_plain() {
  local word=${1//\\\\/}
  printf '%s' "${word/#\\~/$HOME}"
}

_handfast_aliases() {
  local current word alias
  current=$(_handfast_plain "$1")
  for word in "${COMP_WORDS[@]:2}"; do
    word=$(_handfast_plain "$word")
    [ -f "$word" ] || continue
    _handfast_aliases_in "$word" | while IFS= read -r alias; do
      case "$alias" in "$current"*) printf '%q\\n' "$alias" ;; esac
    done
    return
  done
}

_handfast_identities() {
  local current file alias
  current=$(_handfast_plain "$1")
  file=${current%%#*}
  if [ "$file" = "$current" ] || [ ! -f "$file" ]; then
    compgen -f -- "$1"
    return
  fi
  _handfast_aliases_in "$file" | while IFS= read -r alias; do
    case "$file#$alias" in "$current"*) printf '%q\\n' "$file#$alias" ;; esac
  done
}

_handfast_keys() { compgen -W "__KEYS__" -- "$1"; }
_handfast_recipes() { compgen -W "__RECIPES__" -- "$1"; }
_handfast_findings() { compgen -W "__FINDINGS__" -- "$1"; }

_handfast() {
  local -a words=()
  local index word glued= position=0 current
  for index in "${!COMP_WORDS[@]}"; do
    word=${COMP_WORDS[index]}
    if [ "${#words[@]}" -gt 1 ] && { [ -n "$glued" ] || [ "$word" = ":" ]; }; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    glued=
    case "$word" in *:) glued=yes ;; esac
    [ "$index" -eq "$COMP_CWORD" ] && position=$((${#words[@]} - 1))
  done
  local -a COMP_WORDS=("${words[@]}")
  local COMP_CWORD=$position
  current=${words[position]-}
  _shtab_handfast handfast "$current" "${words[position-1]-}"
  case "$current" in
    *:*) COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}") ;;
  esac
}
"""
_ZSH = """\
_handfast_aliases_in() {
  handfast __OPTION__ "$1" 2>/dev/null </dev/null
}

_handfast_aliases() {
  local word
  local -a found
  for word in "${(@Q)words[2,-1]}"; do
    word=${word/#\\~/$HOME}
    [[ -f $word ]] || continue
    found=("${(@f)$(_handfast_aliases_in $word)}")
    compadd -a found
    return
  done
}

_handfast_identities() {
  local typed=${(Q)PREFIX}
  local file=${${typed%%\\#*}/#\\~/$HOME}
  if [[ $typed == *\\#* && -f $file ]]; then
    local -a found=("${(@f)$(_handfast_aliases_in $file)}")
    compset -P '*\\#'
    compadd -a found
  else
    _files -S ''
  fi
}

_handfast_keys() { compadd -- __KEYS__; }
_handfast_recipes() { compadd -- __RECIPES__; }
_handfast_findings() { compadd -- __FINDINGS__; }
"""
_FISH = """\
function _handfast_aliases_in
    handfast __OPTION__ $argv[1] 2>/dev/null </dev/null
end

function _handfast_aliases
    for word in (commandline -opc)[3..-1]
        set word (string replace -r '^~' $HOME -- $word)
        if test -f $word
            _handfast_aliases_in $word
            return
        end
    end
end

function _handfast_identities
    set -l current (string unescape -- (commandline -ct))
    set -l parts (string split -m 1 '#' -- $current)
    set -l file (string replace -r '^~' $HOME -- $parts[1])
    if test (count $parts) -eq 2 -a -f "$file"
        for alias in (_handfast_aliases_in $file)
            echo $parts[1]'#'$alias
        end
    else
        __fish_complete_path (commandline -ct)
    end
end

function _handfast_keys
    printf '%s\\n' __KEYS__
end

function _handfast_recipes
    printf '%s\\n' __RECIPES__
end

function _handfast_findings
    printf '%s\\n' __FINDINGS__
end
"""


def _preamble(text: str) -> str:
    text = text.replace("__OPTION__", COMPLETE_ALIASES)
    for name, words in _words().items():
        text = text.replace(f"__{name.upper()}__", words)
    return text


def _completer(verb: str, action: argparse.Action) -> object | None:
    """What an argument of a verb is completed by; None where nobody knows what it will be."""
    name = None
    match action.dest:
        case "alias" if verb not in _NAME_NEW_ENTRIES:
            name = "aliases"
        case "old" | "aliases":
            name = "aliases"
        case "a" | "b" if verb == "compare":
            name = "identities"
        case "key":
            name = "keys"
        case "name" if verb == "recipe":
            name = "recipes"
        case "fail_on":
            name = "findings"
    if str(action.metavar) == "STORE[#ALIAS]":
        name = "identities"
    return _FUNCTIONS[name] if name is not None else _COMPLETED.get(str(action.metavar))


_HEAD = r""".\" Made from the parser by packaging/documents.py.
.TH HANDFAST 1 "{date}" "Handfast {version}" "User Commands"
.SH NAME
handfast \- a keystore manager for JKS, PKCS#12 and others
.SH SYNOPSIS
.B handfast
.RB [ {new_instance} ]
.RI [ FILE ...]
.br
.B handfast
.I VERB
.RI [ OPTION ...]
.SH DESCRIPTION
With files, or without arguments, Handfast opens its window, or adds the files to an open one.
With a verb, it answers on the console.
.SH VERBS
"""

_TAIL = r""".SH OPTIONS
.TP
.BR \-h ", " \-\-help
Show the verbs; after a verb, show its options, with examples.
.TP
.BR \-V ", " \-\-version
Show the version.
.TP
.B {new_instance}
Open a separate window, even if one is already open.
.SH PASSWORDS
{passwords}
.SH EXIT STATUS
{exits}
.SH ENVIRONMENT
.TP
.B HANDFAST_PASSWORD
The password of the keystores, where no password file is named.
.TP
.B HANDFAST_NO_NETWORK
If it is set to any value, Handfast makes no network connections, and refuses what requires one.
.TP
.B HANDFAST_LANGUAGE
The language of texts for people, such as
.BR en ,
or the path of a .mo catalog. Without it, the preferences and the system choose.
JSON is the same in every language.
.SH SEE ALSO
.BR keytool (1),
.BR openssl (1)
"""


def whole_parser() -> argparse.ArgumentParser:
    """All verbs in one parser, which the program builds one at a time."""
    whole = argparse.ArgumentParser(prog="handfast")
    whole.add_argument("-V", "--version", action="version", version=__version__)
    whole.add_argument(NEW_INSTANCE, action="store_true", help="open a window of its own")
    verbs = whole.add_subparsers(dest="verb")
    for name, verb in VERBS.items():
        parser = verb_parser(name)
        for action in parser._actions:
            kind = _completer(name, action)
            if kind is not None:
                action.complete = kind  # type: ignore[attr-defined]  # how shtab is told
        # argparse makes a parser for a verb itself; this is the one that there is already.
        verbs.add_parser(name, help=verb.help, add_help=False)
        verbs.choices[name] = parser
    return whole


def manual() -> str:
    """The manual page, in the man macros that every ``man`` understands."""
    parts = [
        _HEAD.format(version=__version__, date=_release_date(), new_instance=_roff(NEW_INSTANCE))
    ]
    parts.extend(_verb(name) for name in VERBS)
    parts.append(
        _TAIL.format(
            new_instance=_roff(NEW_INSTANCE),
            passwords=_roff(" ".join(PASSWORDS.split("\n", 1)[1].split())),
            exits=_exits(),
        )
    )
    return "".join(parts)


def _release_date() -> str:
    """When this version came out, as the catalogues of programs are told."""
    told = METAINFO.read_text(encoding="utf-8")
    found = re.search(rf'version="{re.escape(__version__)}" date="([0-9-]+)"', told)
    if found is None:
        raise SystemExit(f"{METAINFO.name} has no release {__version__}.")
    return found[1]


def _verb(name: str) -> str:
    parser = verb_parser(name)
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    lines = [f".SS {name}", _roff(_sentence(VERBS[name].help))]
    lines += [".PP", f".B {_roff(usage)}"]
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        lines += [".TP", _signature(action), _roff(_sentence(str(action.help)))]
    examples = str(parser.epilog).split("examples:\n", 1)[1].split("\n\n", 1)[0]
    lines += [".PP", "Examples:", ".PP", ".nf", _roff(examples.rstrip("\n")), ".fi"]
    return "\n".join(lines) + "\n"


def _signature(action: argparse.Action) -> str:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else None)
    if not action.option_strings:
        return f".I {_roff(str(value))}"
    names = ", ".join(action.option_strings)
    if action.nargs == 0 or value is None:
        return f".B {_roff(names)}"
    return f'.BI {_roff(names)} " {_roff(str(value))}"'


def _sentence(text: str) -> str:
    """The text as a sentence. What is typed as it stands, such as “rsa:2048”, keeps its case."""
    first = text.split(" ", 1)[0].rstrip(",;")
    head = text[:1].upper() if re.fullmatch(r"[a-z’-]+", first) else text[:1]
    return f"{head}{text[1:]}" + ("" if text.endswith(".") else ".")


def _exits() -> str:
    """The two columns of the help, one beneath the other."""
    found = []
    for line in EXITS.splitlines()[1:]:
        found += re.findall(r"(?:^|\s{2,})(\d+) (.+?)(?=\s{2,}\d+ |$)", line)
    lines = []
    for code, meaning in sorted(found, key=lambda each: int(each[0])):
        lines += [".TP", f".B {code}", _roff(_sentence(meaning))]
    return "\n".join(lines)


def _roff(text: str) -> str:
    """Text as it is: nothing in it is a command, and a hyphen stays one that can be copied."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    for plain, named in (("“", r"\(lq"), ("”", r"\(rq"), ("’", r"\(cq"), ("…", "...")):
        text = text.replace(plain, named)
    return "\n".join(f"\\&{line}" if line[:1] in {".", "'"} else line for line in text.split("\n"))


def documents() -> dict[Path, str]:
    """What each file is to hold."""
    made = {MANUAL: manual()}
    for shell, path in COMPLETIONS.items():
        preamble = _preamble({"bash": _BASH, "zsh": _ZSH, "fish": _FISH}[shell])
        text = shtab.complete(whole_parser(), shell, preamble=preamble).rstrip("\n") + "\n"
        # In place of a verb there may be files too, which open in the window.
        text = text.replace(
            "complete -o bashdefault -F _shtab_handfast ",
            "complete -o bashdefault -o default -F _handfast ",
        )
        text = text.replace(
            "handfast commands' _commands\n", "handfast commands' _commands\n  _files\n"
        )
        made[path] = text
    return made


def main() -> int:
    """Write them, or say which are old."""
    old = [
        path
        for path, text in documents().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    for path in old:
        sys.stdout.write(f"{path.relative_to(HERE.parent)}\n")
    if "--check" in sys.argv[1:]:
        return 1 if old else 0
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
