"""The frames of a whole stream, found plainly: each place is tried from the left, once.

Nothing is kept between chunks and nothing is fast; the sums are worked out bit by bit, as their
definitions say.
"""


def frames_of(stream, layout, *, ended):
    """Give the frames of a stream, in order.

    A place where a header and the length of a frame stand is waited for until all of it is there;
    where the stream has ended nothing is waited for.
    """
    found, place = [], 0
    while place < len(stream):
        length = length_at(stream, place, layout)
        if length == "unknown" or (length and place + length > len(stream)):
            if not ended:
                break
            place += 1
        elif length and is_sound(stream[place : place + length], layout):
            found.append(stream[place : place + length])
            place += length
        else:
            place += 1
    return found


def length_at(stream, place, layout):
    """Give how long the frame is that begins at a place; 0 where none does, or "unknown"."""
    head = stream[place : place + len(layout.header)]
    if head != layout.header:
        return (
            "unknown" if layout.header.startswith(head) and not stream[place + len(head) :] else 0
        )
    if layout.length:
        return layout.length
    at, size, extra, longest = layout.length_field
    number = stream[place + at : place + at + size]
    if len(number) < size:
        return "unknown"
    length = plain_number(number, layout.order) + extra
    return length if layout.shortest <= length <= longest else 0


def plain_number(data, order):
    number = 0
    for byte in data if order == "big" else reversed(data):
        number = number * 256 + byte
    return number


def is_sound(frame, layout):
    behind = len(layout.trailer)
    size = 2 if layout.checksum in TWO_BYTES else 1
    body = frame[layout.checked_from : len(frame) - behind - size]
    stands = frame[len(frame) - behind - size : len(frame) - behind]
    return frame[len(frame) - behind :] == layout.trailer and stands == sum_of(
        body, layout.checksum
    )


def sum_of(data, name):
    """Give the bytes of a checksum."""
    match name:
        case "sum8":
            return bytes([sum(data) % 256])
        case "sum16":
            return bytes([sum(data) // 256 % 256, sum(data) % 256])
        case "negated-sum8":
            return bytes([(256 - sum(data) % 256) % 256])
        case "xor8":
            rest = 0
            for byte in data:
                rest ^= byte
            return bytes([rest])
    polynomial, width, start, reflected = CRCS[name]
    rest = start
    for byte in data:
        bits = [byte >> place & 1 for place in range(8)]
        for bit in bits if reflected else reversed(bits):
            top = rest >> (width - 1) & 1
            rest = (rest << 1) % (1 << width)
            if top ^ bit:
                rest ^= polynomial
    if reflected:
        rest = int(f"{rest:0{width}b}"[::-1], 2)
    number = rest.to_bytes(width // 8, "big")
    return number[::-1] if reflected else number


TWO_BYTES = {"sum16", "crc16-modbus", "crc16-arc", "crc16-ccitt", "crc16-xmodem"}
CRCS = {
    "crc8": (0x07, 8, 0x00, False),
    "crc8-maxim": (0x31, 8, 0x00, True),
    "crc8-sensirion": (0x31, 8, 0xFF, False),
    "crc16-modbus": (0x8005, 16, 0xFFFF, True),
    "crc16-arc": (0x8005, 16, 0x0000, True),
    "crc16-ccitt": (0x1021, 16, 0xFFFF, False),
    "crc16-xmodem": (0x1021, 16, 0x0000, False),
}
"""Polynomial, width, start, and whether bytes go in and the sum comes out turned round."""
