"""The latch of a guard: once it tripped, nothing enters until somebody arms, whoever starts what anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psky.errors import NotArmed
from psky.live.folder import SessionFolder, sessions
from psky.live.guard import Guard
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter
from psky.live.limits import LiveLimits
from psky.live.status import COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Latch:
    """What keeps a session from trading: `why` a guard tripped, its own or that of the last session there."""

    holder: SessionFolder
    """The session whose guard it was; an `arm` is asked of it."""
    why: str

    def refuse_unarmed(self) -> None:
        """Raise NotArmed where nobody has asked for the holder to be armed."""
        if "arm" in self.holder.asked():
            return
        symbol, name = self.holder.path.parent.name, self.holder.name
        raise NotArmed(
            f"expected a guard that lets {symbol} be traded, found that of session {name} tripped ({self.why}); look "
            f"into it, then: psky live arm {symbol} --session {name}"
        )

    def release(self, journal: JournalWriter) -> None:
        """Note in the holder's journal that it was armed; its losses are counted anew."""
        self.holder.answered("arm")
        journal.append(records.Guard(what="armed", rule="", explanation="armed by the operator", facts={}), 0)
        journal.show(COUNTED, Guard(LiveLimits(), records.UNNAMED).memory())
        journal.commit()


def latch_of(folder: SessionFolder, environment: str) -> Latch | None:
    """Return what keeps a session of an environment from trading; None where nothing does.

    Of a session that is new that is the trip of the last one there, which did not end with it.

    Raises:
        JournalError: a journal cannot be read.
    """
    is_new = not folder.journal.exists() or folder.is_blank()
    holder = last_session(folder.path.parent, environment) if is_new else folder
    if holder is None:
        return None
    with JournalReader(holder.journal) as reader:
        why = tripped(reader)
    return Latch(holder=holder, why=why) if why else None


def last_session(root: Path, environment: str) -> SessionFolder | None:
    """Return the latest session of an environment below a symbol's folder."""
    return next((one for one in sessions(root) if one.opened().environment == environment), None)


def tripped(reader: JournalReader) -> str:
    """Return the trip of a session that nobody has armed again after; empty: none.

    Raises:
        JournalError: the journal cannot be read.
    """
    why = ""
    for row in reader.rows(records.Guard):
        match row.record:
            case records.Guard(what="trip", explanation=explanation):
                why = explanation
            case records.Guard(what="armed"):
                why = ""
            case _:
                pass
    return why
