"""What the voice room can be told, as plain frozen values; nothing here reads the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channels.phone.sip import SipConfig


@dataclass(frozen=True)
class AsrConfig:
    """Which recogniser hears, and how patient we are with it."""

    models_dir: Path
    """Cache folder of `anban models`."""
    engine: str = "whisper"
    """whisper, vosk, sherpa, remote, or hosted:<name> (a service SpeechRecognition knows)."""
    quick_engine: str = ""
    """A streaming engine that gives partial texts while ``engine`` gives those that count; empty:
    one engine does both."""
    remote_url: str = ""
    """Where the server of engine remote listens, ws:// or wss://."""
    fallbacks: tuple[str, ...] = ()
    """Engines tried in this order when the first cannot be used."""
    processes: int = 1
    """Worker processes; each holds the weights once (about 390 MB for Whisper base)."""
    threads: int = 2
    """Threads in each worker."""
    budget_s: float = 8.0
    """Longest wait for one utterance, queueing included."""
    min_confidence: float = 0.45
    """Below this the caller is asked to say it again. 0.45 is a mean log-probability of -0.8, which
    kept 98 % of Mandarin and refused 84 % of Minnan and Hakka on the clips it was read off."""
    min_answer_confidence: float = 0.2
    """The same for a clear yes or no to a yes-or-no question, since single words score lower: of
    48 spoken ones through a telephone band all that scored 0.11 and more were right."""
    guesses: bool = True
    """Whether anything is recognised before the end of a turn, where there is room for it."""
    whisper_weight: str = "whisper-base-int8"
    vosk_weight: str = "vosk-model-small-cn-0.22"
    sherpa_weight: str = "sherpa-sense-voice"
    hosted_options: tuple[tuple[str, str], ...] = ()
    """Further arguments of the hosted engine, such as its key."""


@dataclass(frozen=True)
class TtsConfig:
    """Which voice speaks, and where its sentences are kept."""

    models_dir: Path
    """Cache folder of `anban models`."""
    cache_dir: Path
    """Folder of the sentence cache; survives restarts."""
    voice: str
    """Kokoro voice."""
    cache_mb: int = 512
    """Size limit of the sentence cache."""
    engines: tuple[str, ...] = ("kokoro",)
    """Engines in order of preference; `edge` needs the network and `allow_network`."""
    allow_network: bool = False
    """Whether sentences may be sent to a service outside (edge)."""
    edge_voice: str = "zh-CN-XiaoxiaoNeural"
    rate: float = 0.85
    """Speaking rate; 1.0 is the voice's own. Elders follow 0.8-0.9 best."""
    processes: int = 1
    """Worker processes; each about 450 MB for Kokoro."""
    threads: int = 2
    """Threads in each worker; one thread takes about as long as the sentence lasts, two half."""
    nice: int = 0
    """Added to the niceness of the worker processes; 10 lets everybody else go first."""
    budget_s: float = 10.0
    """Longest wait for one clause."""


@dataclass(frozen=True)
class TurnConfig:
    """When a turn begins and ends, and how long silence may last."""

    speech_threshold: float = 0.5
    """Silero probability above which a 32 ms chunk is speech."""
    playing_extra: float = 0.15
    """Added to the threshold while we speak, against our own echo."""
    answer_threshold: float = 0.3
    """The same while a yes or no is waited for: single syllables are short and soft."""
    loud_threshold: float = 0.1
    """The same then for what stands out of the quiet: a curt low 对 is hardly taken for speech."""
    shortest_answer_s: float = 0.06
    """And what is a click then."""
    answer_s: float = 1.2
    """Speech up to this length is recognised with the usual answers in mind, where one is asked."""
    end_silence_s: float = 0.8
    """Silence that ends a turn."""
    answer_silence_s: float = 0.5
    """The same after a clear yes or no to a yes-or-no question."""
    unfinished_silence_s: float = 2.0
    """The same where the words so far end in a filler or a connector, are mostly followed by
    others, hold nothing of what was asked, name a relative where a name was asked for, or are
    hardly believed: a pause of 1.5 s as it is detected, for soft ends and beginnings of words count
    as silence."""
    number_silence_s: float = 1.8
    """The same inside a telephone number, between house, unit and door, and behind an address
    without any number."""
    open_silence_s: float = 1.2
    """The same after an open question, while the words are not known."""
    sure: float = 0.6
    """Confidence below which a text may be half a sentence: it is given as long as an unknown one
    after an open question."""
    own_pause_limit_s: float = 2.0
    """The most that a caller's own long pauses make us wait."""
    first_pause_s: float = 0.3
    """Silence after which what was said so far is recognised, in case it was all."""
    late_pause_s: float = 0.55
    """The same, at most, for callers whose own pauses inside a sentence are longer."""
    due_pause_s: float = 0.6
    """Silence after which it is recognised whatever else the engine has to do: a turn is not ended
    on words that nobody knows while they can be had, and these will be needed."""
    regrow_s: float = 3.0
    """Speech without such a pause after which what was said so far is recognised all the same;
    sooner, and it would still be at it when most turns end."""
    overlap_guess_s: float = 0.4
    """The same while the caller speaks over us."""
    cap_silence_s: float = 3.0
    """No rule may make us wait longer than this."""
    longest_turn_s: float = 20.0
    """A turn is recognised after this much speech even without a pause."""
    shortest_speech_s: float = 0.09
    """Less than this is a click; short answers (嗯, 对) are longer."""
    preroll_s: float = 0.3
    """Sound kept from before the first speech chunk."""
    duck_s: float = 0.12
    """Speech after which our voice is lowered."""
    hold_s: float = 0.24
    """Time from the caller's first sound after which we are silent until it is known what it is."""
    nod_s: float = 0.6
    """Speech that may be a nod: where no more follows it, we go on before its words are known."""
    nod_silence_s: float = 0.4
    """And the silence behind it that says so; at a comma (不是，我要 …) it is shorter."""
    barge_in_s: float = 1.0
    """Speech that stops a prompt while its words are not known; known words stop it sooner."""
    silence_ladder_s: tuple[float, ...] = (6.0, 10.0, 10.0, 16.0)
    """Silence before each rung, counted from the end of the last prompt; the last rung says
    goodbye."""


@dataclass(frozen=True)
class SessionConfig:
    """How one call is led."""

    asr: AsrConfig
    tts: TtsConfig
    turn: TurnConfig = field(default_factory=TurnConfig)
    hold_on_s: float = 4.0
    """The mind's budget; then the caller hears the holding sentence."""
    give_up_s: float = 12.0
    """After this the call is handed to a person or a call-back."""
    transfer_to: str | None = None
    """Where the PBX takes a caller who wants a person; None: a call-back is all there is."""
    emergency_to: str | None = None
    """Where the PBX takes a caller in danger (120, a duty phone), where the hotline may do that."""


@dataclass(frozen=True)
class RecordingConfig:
    """How calls of callers who agreed are kept."""

    folder: Path
    """Where."""
    keys: tuple[str, ...]
    """Fernet keys, the newest first; older ones only open."""
    days: int = 90
    """After so many days they are deleted."""
    on: bool = True
    """Whether calls are kept now; those that were kept are deleted in time all the same."""


@dataclass(frozen=True)
class VoiceConfig:
    """The voice process."""

    session: SessionConfig
    token: str
    """Service token that :8090 demands."""
    host: str = "127.0.0.1"
    http_port: int = 8090
    audiosocket_host: str = "0.0.0.0"  # noqa: S104 - the PBX may be another machine
    audiosocket_port: int = 9092
    recording: RecordingConfig | None = None
    """None: no call is kept, whoever agreed, and none was."""
    sip: SipConfig | None = None
    """Where direct SIP calls are taken; None: they are not."""
    test_clock: bool = False
    """Whether an announcement may bring its own clock, as rehearsed conversations do."""
    announce_ttl_s: float = 300.0
    """An announced call must arrive within this time."""
    max_upload_bytes: int = 20_000_000
    """Largest recording `/transcribe` takes."""
