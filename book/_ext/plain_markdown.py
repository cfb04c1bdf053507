"""Turn the MyST of a page into the Markdown that every notebook program shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
DIRECTIVE = re.compile(r"\{(?P<name>[\w:-]+)\}[ ]*(?P<title>.*)")
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?:[ ]*:[\w-]+:[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
EQUATION = re.compile(
    r"^\$\$[ ]*\n?(?P<tex>[^$]+?)\n?\$\$[ ]*\((?P<label>[\w:-]+)\)[ ]*$", re.MULTILINE
)
ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<text>[^`<]*?)\s*(?:<(?P<target>[^`>]*)>)?`")
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<page>\w+)\.md(?P<anchor>#[\w-]+)?\)")
#: Targets, attributes, comments and block breaks, alone on a line.
MARKS = re.compile(r"^(?:\([\w:-]+\)=|\{[.#][^}\n]*\}|%[^\n]*|\+\+\+[^\n]*)[ ]*\n?", re.MULTILINE)
LABEL = re.compile(r"^:label:[ ]*(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Book:
    """What pages refer to: works by key, equations, pages and statements; and its address."""

    address: str
    works: Mapping[str, str]
    equations: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[str, str] = field(default_factory=dict)


def plain(text: str, book: Book) -> str:
    """A cell of MyST as plain Markdown; code that is only shown stays as it is.

    >>> plain("See {eq}`a` of {cite:t}`b`.", Book("", {"b": "Bee 2016"}, {"a": "1.2"}))
    'See (1.2) of Bee 2016.'
    """
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [sentences(text[end : fence.start()], book), block(fence, book)]
        end = fence.end()
    return "".join([*parts, sentences(text[end:], book)]).strip()


def block(fence: re.Match[str], book: Book) -> str:
    """A directive as a paragraph with a name, or code."""
    directive = DIRECTIVE.match(fence["info"].strip())
    if directive is None:
        return fence[0]
    name, title = directive["name"].rpartition(":")[2], sentences(directive["title"], book)
    if name == "bibliography":
        works = "".join(f"- {work}\n" for work in sorted(set(book.works.values())))
        return f"{works}\nin full in the [bibliography]({book.address}book/bibliography.html)"
    if name == "math":
        return f"$$\n{OPTIONS.sub('', fence['body'], count=1).strip()}\n$$"
    body = plain(OPTIONS.sub("", fence["body"], count=1), book)
    if name == "solution":
        return f"<details><summary>Solution</summary>\n\n{body}\n\n</details>"
    if name == "margin":
        return "\n".join(f"> {line}".rstrip() for line in body.splitlines())
    head = f"{name.capitalize()} ({title})" if title else name.capitalize()
    return f"**{head}.** {body}"


def sentences(text: str, book: Book) -> str:
    """Prose without roles, labels and marks."""
    text = MARKS.sub("", text)
    text = EQUATION.sub(lambda match: numbered(match, book), text)
    text = ROLE.sub(lambda match: spoken(match, book), text)
    return LINK.sub(lambda match: linked(match, book), text)


def numbered(match: re.Match[str], book: Book) -> str:
    """An equation with its number in the book."""
    number = book.equations.get(match["label"])
    tag = rf" \tag{{{number}}}" if number else ""
    return f"$$\n{match['tex'].strip()}{tag}\n$$"


def spoken(match: re.Match[str], book: Book) -> str:
    """What a role says in print."""
    name, text = match["name"], match["text"]
    target = match["target"] or text
    if name.startswith("cite"):
        works = "; ".join(book.works.get(key.strip(), key.strip()) for key in target.split(","))
        return f"({works})" if name == "cite:p" else works
    if name == "eq":
        return f"({book.equations[target]})" if target in book.equations else "the equation above"
    if name.startswith("prf"):
        return book.statements.get(target, "the theorem above")
    if name == "download":
        return f"{text} (`{target}`)"
    return f"`{text}`"


def linked(match: re.Match[str], book: Book) -> str:
    """A link to a page of the book on the network."""
    page = f"book/{match['page']}"
    text = match["text"] or f"*{book.titles.get(page, match['page'])}*"
    return f"[{text}]({book.address}{page}.html{match['anchor'] or ''})"


def statements(text: str) -> dict[str, str]:
    """The titles of a page's theorems, by label."""
    found = {}
    for fence in FENCE.finditer(text):
        directive = DIRECTIVE.match(fence["info"].strip())
        label = LABEL.search(fence["body"])
        if directive and label and directive["name"].startswith("prf:"):
            found[label[1]] = f"the theorem “{directive['title']}”"
    return found
