//! Record ids, numbers and times in the form of an export.

/// The instance part of ids in the source org and in the target org.
pub const SOURCE: [u8; 2] = *b"5g";
pub const TARGET: [u8; 2] = *b"Hs";

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// A Salesforce record id before it is written out.
#[derive(Clone, Copy)]
pub struct Id {
    pub prefix: [u8; 3],
    pub instance: [u8; 2],
    pub number: u64,
}

impl Id {
    fn short(self) -> [u8; 15] {
        let mut id = *b"000000000000000";
        id[..3].copy_from_slice(&self.prefix);
        id[3..5].copy_from_slice(&self.instance);
        let mut rest = self.number;
        for place in id[6..].iter_mut().rev() {
            if rest == 0 {
                break;
            }
            *place = BASE62[(rest % 62) as usize];
            rest /= 62;
        }
        id
    }

    /// Appends the case-sensitive form of 15 characters.
    pub fn write_short(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.short());
    }

    /// Appends the form of 18 characters: each of the last three says which letters of a third of the id are capitals.
    pub fn write(self, out: &mut Vec<u8>) {
        let id = self.short();
        out.extend_from_slice(&id);
        for third in id.chunks_exact(5) {
            let bits = third.iter().rev().fold(0, |bits, byte| bits << 1 | usize::from(byte.is_ascii_uppercase()));
            out.push(CHECKSUM[bits]);
        }
    }
}

/// Appends a number in decimal.
pub fn write_number(mut value: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A time in the form `2026-01-05T12:34:56.000Z`, kept until the second changes: neighbouring rows share it.
pub struct Clock {
    second: i64,
    text: Vec<u8>,
}

impl Clock {
    pub fn new() -> Self {
        Self { second: i64::MIN, text: Vec::new() }
    }

    /// Appends the time that is `micros` microseconds after 1970, without its fraction as the platform does.
    pub fn write(&mut self, micros: u64, out: &mut Vec<u8>) {
        let second = (micros / 1_000_000).cast_signed();
        if second != self.second {
            self.second = second;
            let time = chrono::DateTime::from_timestamp(second, 0).unwrap_or_default();
            self.text = time.format("%Y-%m-%dT%H:%M:%S.000Z").to_string().into_bytes();
        }
        out.extend_from_slice(&self.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("ids and times are ASCII")
    }

    #[test]
    fn ids_carry_the_suffix_that_salesforce_computes() {
        let id = Id { prefix: *b"001", instance: *b"5g", number: 10 * 62 * 62 + 36 * 62 + 61 };
        assert_eq!(written(|out| id.write(out)), "0015g0000000AazAAE");
        assert_eq!(written(|out| id.write_short(out)).len(), 15);
    }

    #[test]
    fn numbers_and_times_are_written_in_full() {
        assert_eq!(written(|out| write_number(0, out)), "0");
        assert_eq!(written(|out| write_number(1_234_567, out)), "1234567");
        assert_eq!(written(|out| Clock::new().write(1_767_616_496_999_999, out)), "2026-01-05T12:34:56.000Z");
    }
}
