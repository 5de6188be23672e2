//! Numbers in few bits: the packings that Parquet's encodings are made of.

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
pub fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Booleans, eight a byte, the lowest bit first.
pub fn bits(flags: impl Iterator<Item = bool>, out: &mut Vec<u8>) {
    let (mut byte, mut filled) = (0u8, 0);
    for flag in flags {
        byte |= u8::from(flag) << filled;
        filled += 1;
        if filled == 8 {
            out.push(byte);
            (byte, filled) = (0, 0);
        }
    }
    if filled > 0 {
        out.push(byte);
    }
}

/// Values of `width` bits each (at most 64), side by side, filled up to whole bytes.
fn pack(values: impl Iterator<Item = u64>, width: u32, out: &mut Vec<u8>) {
    let (mut waiting, mut filled) = (0u128, 0);
    for value in values {
        waiting |= u128::from(value) << filled;
        filled += width;
        if filled >= 64 {
            out.extend_from_slice(&(waiting as u64).to_le_bytes());
            waiting >>= 64;
            filled -= 64;
        }
    }
    out.extend_from_slice(&waiting.to_le_bytes()[..filled.div_ceil(8) as usize]);
}

/// Repetitions that pay as a run of their own.
const RUN: usize = 16;

/// Runs of equal codes, and groups of eight others packed: Parquet's RLE hybrid.
pub fn hybrid(codes: &[u32], width: u32, out: &mut Vec<u8>) {
    let packed = |codes: &[u32], out: &mut Vec<u8>| {
        if !codes.is_empty() {
            let groups = codes.len().div_ceil(8);
            varint((groups as u64) << 1 | 1, out);
            let filled = codes.iter().map(|code| u64::from(*code)).chain(std::iter::repeat_n(0, groups * 8 - codes.len()));
            pack(filled, width, out);
        }
    };
    let (mut at, mut begun) = (0, 0);
    while at < codes.len() {
        let run = codes[at..].iter().take_while(|code| **code == codes[at]).count();
        // Packed codes come in eights: the run gives what the last group lacks.
        let lacking = (at - begun).next_multiple_of(8) - (at - begun);
        if run >= RUN + lacking {
            packed(&codes[begun..at + lacking], out);
            varint(((run - lacking) as u64) << 1, out);
            out.extend_from_slice(&codes[at].to_le_bytes()[..width.div_ceil(8) as usize]);
            begun = at + run;
        }
        at += run;
    }
    packed(&codes[begun..], out);
}

/// Values of a block, and of each of its parts that has a width of its own.
const BLOCK: usize = 128;
const PARTS: usize = 4;

/// The differences of neighbouring numbers: Parquet's DELTA_BINARY_PACKED.
pub fn delta(numbers: &[i64], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint(PARTS as u64, out);
    varint(numbers.len() as u64, out);
    varint(zigzag(numbers.first().copied().unwrap_or(0)), out);
    let mut differences = [0i64; BLOCK];
    let pairs = numbers.get(1..).unwrap_or_default();
    for (block, values) in pairs.chunks(BLOCK).enumerate() {
        let before = &numbers[block * BLOCK..];
        for (place, (value, before)) in differences.iter_mut().zip(values.iter().zip(before)) {
            *place = value.wrapping_sub(*before);
        }
        let differences = &mut differences[..values.len()];
        let least = differences.iter().copied().min().unwrap_or(0);
        varint(zigzag(least), out);
        let widths = out.len();
        out.extend_from_slice(&[0; PARTS]);
        for (part, values) in differences.chunks(BLOCK / PARTS).enumerate() {
            let above = values.iter().map(|difference| difference.wrapping_sub(least) as u64);
            let width = 64 - above.clone().fold(0, |bits, value| bits | value).leading_zeros();
            out[widths + part] = width as u8;
            if width > 0 {
                // Every part is whole; only parts behind the last value may be left out.
                pack(above.chain(std::iter::repeat_n(0, BLOCK / PARTS - values.len())), width, out);
            }
        }
    }
}
