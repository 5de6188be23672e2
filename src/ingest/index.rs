//! Where the fields and records of a block begin and end, found 64 bytes at a time by quote parity.

/// Bytes of the longest record. Salesforce's longest text field has 131,072 characters: beyond lies damage, most often a quote
/// that is not closed.
pub const RECORD_BYTES: usize = 1 << 20;

/// Bytes of a field and its delimiter, of exports with few long texts.
const FIELD_BYTES: usize = 8;

/// One record of a block that is not blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Where it begins in the block.
    pub start: u32,
    /// Its first field ends at `Index::ends[first]`.
    pub first: u32,
    /// How many fields it has; 0 for a line that cannot be split, whose end is then `ends[first]`.
    pub fields: u32,
}

/// The fields of a block.
#[derive(Debug, Default)]
pub struct Index {
    /// Positions of the delimiters and line ends that are outside quotes.
    pub ends: Vec<u32>,
    /// The records that are not blank, in order.
    pub records: Vec<Record>,
    /// Physical lines of the block.
    pub lines: u64,
}

/// A block whose quotes, line ends or record lengths are not as a writer of CSV sets them: only the careful reader can tell its rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Odd;

/// The marks of 64 bytes, a bit a byte.
#[derive(Clone, Copy)]
struct Marks {
    quotes: u64,
    delimiters: u64,
    newlines: u64,
    returns: u64,
}

impl Index {
    /// Indexes `bytes`, which begin with a record and end with the line end of one.
    ///
    /// # Errors
    /// [`Odd`] where a quote stands inside a bare field, text follows a closing quote, a quote stays open, or a carriage
    /// return ends a line alone.
    pub fn build(&mut self, bytes: &[u8], delimiter: u8) -> Result<(), Odd> {
        self.records.clear();
        self.lines = 0;
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("pclmulqdq") {
            // SAFETY: the processor has the instructions that the function is compiled for, as asked the line before.
            return unsafe { self.scan_avx2(bytes, delimiter) };
        }
        self.scan(bytes, |chunk| marks_portable(chunk, delimiter), prefix_xor)
    }

    /// As `build`, without the instructions of any one processor.
    #[cfg(test)]
    pub fn build_portable(&mut self, bytes: &[u8], delimiter: u8) -> Result<(), Odd> {
        self.records.clear();
        self.scan(bytes, |chunk| marks_portable(chunk, delimiter), prefix_xor)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt,pclmulqdq")]
    fn scan_avx2(&mut self, bytes: &[u8], delimiter: u8) -> Result<(), Odd> {
        self.scan(bytes, |chunk| marks_avx2(chunk, delimiter), |bits| prefix_xor_clmul(bits))
    }

    #[inline(always)]
    fn scan(&mut self, bytes: &[u8], marks: impl Fn(&[u8; 64]) -> Marks, prefix_xor: impl Fn(u64) -> u64) -> Result<(), Odd> {
        let mut ends = std::mem::take(&mut self.ends);
        // Growing would copy them again and again, and touch twice the memory.
        ends.reserve(bytes.len() / FIELD_BYTES);
        let mut count = 0; // of `ends`
        let mut inside = 0u64; // all ones where the last byte was inside quotes
        let mut may_open = 1u64; // the byte before was a structural character or a quote
        let mut must_end = 0u64; // the byte before was a closing quote
        let mut must_feed = 0u64; // the byte before was a carriage return outside quotes
        let mut odd = 0u64;
        let mut record = Record { start: 0, first: 0, fields: 0 };
        let mut chunk = [b' '; 64];
        for (number, part) in bytes.chunks(64).enumerate() {
            let base = (number * 64) as u32;
            let Marks { quotes, delimiters, newlines, returns } = match part.first_chunk() {
                Some(full) => marks(full),
                None => {
                    // The blank behind the last byte is neither quoted nor structural, and no block ends but with a line end.
                    chunk[..part.len()].copy_from_slice(part);
                    marks(&chunk)
                }
            };
            let quoted = prefix_xor(quotes) ^ inside;
            inside = ((quoted as i64) >> 63) as u64;
            let line_ends = newlines & !quoted;
            let mut structural = (delimiters & !quoted) | line_ends;
            let bare_returns = returns & !quoted;
            let (opening, closing) = (quotes & quoted, quotes & !quoted);
            odd |= opening & !((structural | quotes) << 1 | may_open);
            odd |= (closing << 1 | must_end) & !(structural | quotes | bare_returns);
            odd |= (bare_returns << 1 | must_feed) & !newlines;
            may_open = (structural | quotes) >> 63;
            must_end = closing >> 63;
            must_feed = bare_returns >> 63;
            self.lines += u64::from(newlines.count_ones());

            if ends.len() < count + 64 {
                ends.resize((count + 64) * 2, 0);
            }
            let mut rest = line_ends;
            while rest != 0 {
                let bit = rest & rest.wrapping_neg();
                let end = base + rest.trailing_zeros();
                let next = count as u32 + (structural & (bit | (bit - 1))).count_ones();
                record.fields = next - record.first;
                let length = end - record.start;
                odd |= u64::from(length > RECORD_BYTES as u32);
                if length > 1 || (length == 1 && bytes[record.start as usize] != b'\r') {
                    self.records.push(record);
                }
                record = Record { start: end + 1, first: next, fields: 0 };
                rest ^= bit;
            }
            let window: &mut [u32; 64] = (&mut ends[count..count + 64]).try_into().expect("the window has 64 places");
            let found = structural.count_ones() as usize;
            for place in window.iter_mut().take(found) {
                *place = base + structural.trailing_zeros();
                structural &= structural.wrapping_sub(1);
            }
            count += found;
        }
        ends.truncate(count);
        self.ends = ends;
        if odd == 0 && inside == 0 { Ok(()) } else { Err(Odd) }
    }
}

/// Bit `i` of the result is the parity of bits `0..=i`.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// The same: multiplying by ones without carries adds up the bits to the right.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "pclmulqdq")]
#[inline]
fn prefix_xor_clmul(bits: u64) -> u64 {
    use std::arch::x86_64::{_mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x};
    _mm_cvtsi128_si64(_mm_clmulepi64_si128::<0>(_mm_set_epi64x(0, bits as i64), _mm_set_epi64x(0, -1))) as u64
}

fn marks_portable(chunk: &[u8; 64], delimiter: u8) -> Marks {
    let find = |wanted: u8| chunk.iter().enumerate().fold(0, |bits, (at, byte)| bits | (u64::from(*byte == wanted) << at));
    Marks { quotes: find(b'"'), delimiters: find(delimiter), newlines: find(b'\n'), returns: find(b'\r') }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn marks_avx2(chunk: &[u8; 64], delimiter: u8) -> Marks {
    use std::arch::x86_64::{__m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8};
    let halves: *const __m256i = chunk.as_ptr().cast();
    // SAFETY: the two loads read bytes 0..32 and 32..64 of the 64 that the reference covers, and need no alignment.
    let (low, high) = unsafe { (_mm256_loadu_si256(halves), _mm256_loadu_si256(halves.add(1))) };
    let find = |wanted: u8| {
        let wanted = _mm256_set1_epi8(wanted as i8);
        let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)) as u32;
        let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)) as u32;
        u64::from(high) << 32 | u64::from(low)
    };
    Marks { quotes: find(b'"'), delimiters: find(delimiter), newlines: find(b'\n'), returns: find(b'\r') }
}
