"""What the commands that read a recording have in common."""

from pathlib import Path

from gateway.cli.outcome import CommandError, ExitCode, complain
from gateway.problem_view import problems_view
from gateway.recording.format import NoRecordingError, Recording, decode
from gateway.settings.loader import load_site
from gateway.settings.model import Settings
from gateway.site_file import read_site
from gateway.text import say


def recording_of(file: Path) -> Recording:
    """Read a recording; what keeps it from being read ends the command."""
    try:
        recording = decode(file.read_bytes())
    except OSError as error:
        text = say("replay.unreadable", path=file, detail=(error.strerror or str(error)).lower())
        raise CommandError(ExitCode.BAD_INPUT, text) from None
    except NoRecordingError as error:
        text = say("replay.unreadable", path=file, detail=error)
        raise CommandError(ExitCode.BAD_INPUT, text) from None
    if not recording.segments:
        text = say("replay.unreadable", path=file, detail=say("replay.empty"))
        raise CommandError(ExitCode.BAD_INPUT, text)
    return recording


def settings_of(recording: Recording, site: Path | None) -> Settings:
    """Give the site by whose rules it is judged: another one, or that of the recording."""
    if site is not None:
        read = read_site(site)
        settings, problems, texts = read.settings, read.problems, dict(read.texts)
        name = read.file
    else:
        texts, name = dict(recording.header.texts), recording.header.site_file
        if name not in texts:
            raise CommandError(ExitCode.BAD_INPUT, say("replay.no-site"))
        profiles = {file: text for file, text in texts.items() if file != name}
        settings, problems = load_site(texts[name], name, profiles)
    if settings is None:
        for line in problems_view(problems, texts):
            complain(line)
        raise CommandError(ExitCode.BAD_INPUT, say("replay.site-mistakes", path=name))
    return settings
