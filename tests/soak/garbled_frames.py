"""Streams of frames, cut, joined and garbled: the framer finds those of the definition, no others.

It never raises, gives no value that was not sent, and has found its step again within two frames.
"""

from functools import cache
from random import Random
from types import SimpleNamespace

from soak.frames_by_definition import CRCS, frames_of, is_sound

from drivers.serial.answer import Refusal, decode
from drivers.serial.checksum import Checksum
from drivers.serial.codec import Frame, Framer
from drivers.serial.device import SerialProfile
from drivers.serial.encode import encode
from drivers.serial.frame import ByteOrder, FieldType, FrameField, LengthField

SUMS = ("sum8", "sum16", "negated-sum8", "xor8", *CRCS)
TYPES = (FieldType.UINT8, FieldType.INT16, FieldType.UINT16, FieldType.UINT32, FieldType.BCD16)
MOST_LAYOUTS = 400
FRAMES_OF_A_LAYOUT = 20
"""Profiles and frames are made once: that takes longer than a stream of them."""


def failure_of(seed):
    """Make a stream, hand it over in chunks, and give what is wrong, in words, or None."""
    random = Random(seed)
    layout = layout_of(random.randrange(MOST_LAYOUTS))
    stream = garbled_stream(layout, random)
    try:
        found, rest = found_in(layout.profile, chunks_of(stream, random))
        wrong = wrong_with(layout, stream, found, rest) or step_lost(layout, random)
    except Exception as mistake:  # noqa: BLE001 - any at all is what is looked for
        wrong = f"{type(mistake).__name__}: {mistake}"
    return f"seed {seed}: {wrong}: {layout.profile} {stream.hex()}" if wrong else None


@cache
def layout_of(number):
    """Give a profile, what the oracle has to know of it, and frames with the values in them."""
    random = Random(number)
    layout = _new_layout(random)
    layout.sent = dict(good_frame(layout.profile, random) for _ in range(FRAMES_OF_A_LAYOUT))
    layout.frames = tuple(layout.sent)
    return layout


def _new_layout(random):
    header = bytes(random.choices((0x42, 0x4D, 0xFF, 0x00, 0xAA), k=random.randint(1, 4)))
    trailer = bytes(random.choices((0xAB, 0x0D, 0x42), k=random.choice((0, 0, 1, 2))))
    checksum = random.choice(SUMS)
    order = random.choice(("big", "little"))
    at, fields, quantities = len(header), {}, ["co", "co2", "temperature"]
    size = random.choice((0, 0, 1, 2))  # of the length field
    field, at = (at, size), at + size
    for quantity in quantities[: random.randint(1, 3)]:
        kind = random.choice(TYPES)
        at += random.randint(0, 4)
        place = FrameField(at=at, type=kind, scale=random.choice((1.0, 0.1)))
        fields[quantity], at = place, place.ends
    more = random.randint(0, 12)
    sum_size = 2 if checksum in ("sum16", *CRCS) and "8" not in checksum[:4] else 1
    shortest = at + sum_size + len(trailer)
    length_field = (field[0], size, random.randint(-4, 4), shortest + more) if size else None
    profile = SerialProfile(
        header=header.hex(),
        trailer=trailer.hex(),
        length=None if size else shortest + more,
        length_field=LengthField(
            at=field[0],
            type=FieldType.UINT8 if size == 1 else FieldType.UINT16,
            extra=length_field[2],
            longest=length_field[3],
        )
        if size
        else None,
        checksum=Checksum(checksum),
        byte_order=ByteOrder(order),
        fields=fields,
    )
    return SimpleNamespace(
        profile=profile,
        header=header,
        trailer=trailer,
        checksum=checksum,
        checked_from=1 if checksum == "negated-sum8" else 0,
        length=0 if size else shortest + more,
        length_field=length_field,
        shortest=shortest,
        order=order,
    )


def good_frame(profile, random):
    """Give a frame, and the values in it."""
    values = {}
    for quantity, place in profile.fields.items():
        most = {FieldType.UINT8: 255, FieldType.INT16: 32767, FieldType.BCD16: 9999}
        # Numbers that are made of headers deceive best.
        number = random.choice((0, 0x42, 0xFF, random.randrange(most.get(place.type, 65535))))
        values[quantity] = number * place.scale
    return encode(profile, values), values


def garbled_stream(layout, random):
    """Give good frames with whatever a line does to them between."""
    parts = []
    for _ in range(random.randint(1, 6)):
        frame = random.choice(layout.frames)
        match random.randrange(8):
            case 0:
                parts.append(frame[: random.randrange(len(frame))])
            case 1:
                parts.append(frame[random.randrange(len(frame)) :])
            case 2:
                bad = bytearray(frame)
                for _ in range(random.choice((1, 1, 2, 5))):
                    bad[random.randrange(len(bad))] ^= 1 << random.randrange(8)
                parts.append(bytes(bad))
            case 3:
                parts.append(random.randbytes(random.randrange(40)))
            case 4:
                parts.append(layout.header * random.randrange(6))
            case 5:
                at = random.randrange(len(frame))
                parts.append(frame[:at] + random.randbytes(random.randint(1, 3)) + frame[at:])
            case _:
                parts.append(frame)
    return b"".join(parts)


def chunks_of(stream, random):
    """Cut a stream as a driver of a port may."""
    at = 0
    while at < len(stream):
        size = random.choice((1, 2, 7, 32, 4096))
        yield stream[at : at + size]
        at += size


def found_in(profile, chunks):
    """Give the frames that a framer finds, and those that it gives up waiting for the rest."""
    framer = Framer(profile)
    found = [frame for chunk in chunks for frame in framer.feed(chunk)]
    good = [frame for frame in found if isinstance(frame, Frame)]
    return good, [frame for frame in framer.pause() if isinstance(frame, Frame)]


def wrong_with(layout, stream, found, rest):
    """Give in what frames differ from those of the definition, or values from those sent."""
    if [frame.bytes for frame in found] != frames_of(stream, layout, ended=False):
        return "other frames than those of the definition"
    if [frame.bytes for frame in (*found, *rest)] != frames_of(stream, layout, ended=True):
        return "other frames at the end than those of the definition"
    for frame in found:
        values = decode(frame, layout.profile)
        if isinstance(values, Refusal):
            if frame.bytes in layout.sent:
                return f"refused: {values}"
            continue
        sent = layout.sent.get(frame.bytes, {})
        if any(abs(values[quantity] - value) > 1e-6 for quantity, value in sent.items()):
            return f"{values} where {sent} was sent"
    return None


def step_lost(layout, random):
    """Give whether a good frame behind noise is not found: not even one has to be given up."""
    noise = garbled_stream(layout, random)
    frames = random.choices(layout.frames, k=2)
    framer = Framer(layout.profile)
    framer.feed(noise)
    if layout.length_field:
        framer.pause()  # a length that is garbled promises bytes; the rest behind it tells better
    found = [each.bytes for frame in frames for each in framer.feed(frame)]
    if found[-2:] == frames or _deceives(noise + b"".join(frames), len(noise), layout):
        return None
    return f"step lost for two frames behind {noise.hex()}"


def _deceives(stream, noise, layout):
    """Tell whether a sound frame begins in the noise, by chance: of 256 or 65,536 that look it."""
    ends = range(layout.shortest, len(stream) + 1)
    return any(
        stream[place:end].startswith(layout.header) and is_sound(stream[place:end], layout)
        for place in range(noise)
        for end in ([place + layout.length] if layout.length else ends)
    )
