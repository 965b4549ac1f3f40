"""Which two certificates or keystores are compared, and in what they differ, in words."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from handfast.core.certificates.certificate import Certificate, group_fingerprint
from handfast.core.certificates.decoding import PURPOSES
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.visible_text import alias_text, visible
from handfast.flows.base import FieldProblem, FlowStep
from handfast.flows.catalogue_flow import CatalogueFlow
from handfast.services.describe.oid_names import EXTENDED_KEY_USAGES
from handfast.services.describe.validity import moment_text
from handfast.services.exchange.comparing import comparable_of, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.services.exchange.comparing import Comparable, Comparison, Difference
    from handfast.services.files.opening import OpenedFile

Side: TypeAlias = Literal["a", "b"]
SIDES: Final[tuple[Side, Side]] = ("a", "b")
_STEP: Final = "compare"
_KINDS: Final = {
    "key-pair": tr("key pair"),
    "trusted-certificate": tr("trusted certificate"),
    "secret-key": tr("secret key"),
}
#: What differs, by the field of a difference; an extension has a title of its own.
_TITLES: Final = {
    "subject": tr("Subject"),
    "issuer": tr("Issuer"),
    "serial": tr("Serial number"),
    "not_before": tr("Valid from"),
    "not_after": tr("Valid until"),
    "algorithm": tr("Key"),
    "public_key": tr("Public key"),
    "signature": tr("Signed with"),
    "san": tr("Host names"),
    "is_ca": tr("CA"),
    "purposes": tr("Purposes"),
    "sha256": tr("SHA-256 fingerprint"),
    "alias": tr("Alias"),
    "kind": tr("Kind"),
    "chain": tr("Chain"),
    "certificate": tr("Certificate"),
    "key": tr("Key"),
    "entry": tr("Entry"),
}
#: Fields whose values are moments, in ISO 8601.
_MOMENTS: Final = frozenset({"not_before", "not_after"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One side: a keystore or file by its key, and an entry of it; all of it where that is None."""

    key: str = ""
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareDraft:
    """What is compared with what."""

    a: Chosen = Chosen()
    b: Chosen = Chosen()


class CompareFlow(CatalogueFlow[CompareDraft, "Comparison"]):
    """Two of the open keystores and of the files that were read for this."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=_STEP, title=tr("Compare")),)

    def __init__(
        self, stores: Sequence[OpenStore] = (), *, a: Chosen | None = None, b: Chosen | None = None
    ) -> None:
        """Without ``a``, begin with the first keystore; without ``b``, with another one."""
        super().__init__(CompareDraft(a=a or Chosen(), b=b or Chosen()), stores)
        self.suggest()

    def used_keys(self) -> set[str]:
        return {self.draft.a.key, self.draft.b.key}

    def suggest(self) -> None:
        """The first keystore, and another one, as far as nothing was chosen."""
        stores = self.catalogue.open_stores
        if not self.draft.a.key and stores:
            self.choose("a", stores[0].key)
        other = next((each for each in stores if each.key != self.draft.a.key), None)
        if not self.draft.b.key and other is not None:
            # An entry is compared with the one of its name there.
            wanted = self.draft.a.alias
            self.choose("b", other.key)
            if wanted is not None:
                same = [each for each in self.aliases("b") if each.casefold() == wanted.casefold()]
                self.choose("b", other.key, next(iter(same), None))

    def compare_file(self, side: Side, opened: OpenedFile) -> None:
        """Compare a file that was read for this."""
        self.choose(side, self.take_file(opened))
        self.suggest()

    def chosen(self, side: Side) -> Chosen:
        return self.draft.a if side == "a" else self.draft.b

    def choose(self, side: Side, key: str, alias: str | None = None) -> None:
        """Compare this keystore or file, or an entry of it."""
        chosen = Chosen(key=key, alias=alias)
        if side == "a":
            self.draft = dataclasses.replace(self.draft, a=chosen)
        else:
            self.draft = dataclasses.replace(self.draft, b=chosen)

    def aliases(self, side: Side) -> tuple[str, ...]:
        """The entries of a side that have a certificate to compare."""
        found = self.catalogue.find(self.chosen(side).key)
        if found is None:
            return ()
        return tuple(each.alias for each in found.store.entries if each.certificate is not None)

    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is missing."""
        found = []
        if self._comparable("a") is None:
            found.append(FieldProblem(field="a", message=tr("Choose a certificate or keystore.")))
        if self._comparable("b") is None:
            told = tr("Choose a certificate or keystore to compare it with.")
            found.append(FieldProblem(field="b", message=told))
        a, b = self._comparable("a"), self._comparable("b")
        if (
            a is not None
            and b is not None
            and isinstance(a, Certificate) != isinstance(b, Certificate)
        ):
            whole: Side = "b" if isinstance(a, Certificate) else "a"
            told = tr(
                "Choose an entry of {name}: a certificate cannot be compared with a keystore.",
                name=self.name(whole),
            )
            found.append(FieldProblem(field=whole, message=told))
        return tuple(found)

    def _comparable(self, side: Side) -> Comparable | None:
        chosen = self.chosen(side)
        found = self.catalogue.find(chosen.key)
        if found is None:
            return None
        if chosen.alias is None:
            return comparable_of(found.store)
        entries = (each for each in found.store.entries if each.alias == chosen.alias)
        return next((each.certificate for each in entries if each.certificate is not None), None)

    def run(self, progress: Progress = no_progress) -> Comparison:
        """Compare them.

        :raises ValueError: :meth:`problems` reports it
        """
        return self.prepared()(progress)

    def prepared(self) -> Callable[[Progress], Comparison]:
        """The comparison as it stands now, for another thread, whatever is chosen while it runs."""
        a, b = self._comparable("a"), self._comparable("b")
        if a is None or b is None:
            raise ValueError("what is compared is missing")

        def work(progress: Progress) -> Comparison:
            progress(0, 0)
            return compare(a, b)

        return work

    def name(self, side: Side) -> str:
        """What a side is called, over its column."""
        chosen = self.chosen(side)
        found = self.catalogue.find(chosen.key)
        title = visible(found.title) if found is not None else ""
        if chosen.alias is None:
            return title
        return tr("{alias} in {name}", alias=alias_text(chosen.alias), name=title)


def verdict(comparison: Comparison) -> str:
    """The answer in a sentence."""
    if comparison.is_same:
        return tr("They are the same.")
    count = len(comparison.differences)
    return tr_count("There is {count} difference.", "There are {count} differences.", count)


def place(difference: Difference) -> str:
    """What differs, and in which entry."""
    what = difference.title or _TITLES[difference.field]
    if difference.alias is None:
        return what
    alias = alias_text(difference.alias)
    if difference.field == "entry":
        return alias
    if difference.number:
        return tr("{alias}, certificate {number}: {what}", alias=alias,
                  number=difference.number, what=what)  # fmt: skip
    return tr("{alias}: {what}", alias=alias, what=what)


def value(difference: Difference, side: Side) -> str:
    """What it is on a side."""
    text = difference.a if side == "a" else difference.b
    if text is None:
        return tr("(absent)")
    if difference.field == "sha256":
        return group_fingerprint(text)
    if difference.field in _MOMENTS:
        return _moment(text)
    if difference.field == "kind":
        return _KINDS.get(text, text)
    if difference.field == "purposes" and text:
        return enumerated([_purpose(each) for each in text.split(", ")])
    if difference.field == "alias":
        return alias_text(text)
    return visible(text) or tr("(none)")


def _moment(text: str) -> str:
    """A moment in the form of the system; one that is not known stays as it is."""
    try:
        return moment_text(datetime.fromisoformat(text))
    except ValueError:
        return text


def _purpose(code: str) -> str:
    """The words of a purpose; one without a code of its own is an OID."""
    codes = {short: oid.dotted_string for oid, short in PURPOSES.items()}
    return EXTENDED_KEY_USAGES.get(codes.get(code, code), code)


def report_text(flow: CompareFlow, comparison: Comparison) -> str:
    """All of it as text, to be pasted into a mail."""
    lines = [f"{flow.name('a')} – {flow.name('b')}", verdict(comparison), ""]
    for each in comparison.differences:
        lines += [place(each), *(f"  {flow.name(side)}: {value(each, side)}" for side in SIDES)]
    return "\n".join(lines).rstrip() + "\n"
