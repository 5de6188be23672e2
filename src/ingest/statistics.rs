//! What the footer of a Parquet file says of the values of a column chunk.

use parquet::data_type::ByteArray;
use parquet::file::statistics::Statistics;

use super::encode::Data;

/// The longest text that is worth being a bound of its column.
const BOUND_BYTES: usize = 64;

/// The least and the greatest number.
pub fn bounds(present: &[bool], numbers: &[i64]) -> Option<(i64, i64)> {
    let there = numbers.iter().zip(present).filter(|(_, present)| **present).map(|(number, _)| *number);
    there.fold(None, |bounds, number| {
        Some(bounds.map_or((number, number), |(low, high): (i64, i64)| (low.min(number), high.max(number))))
    })
}

/// The bounds of a column chunk, by which readers pass it over.
pub fn statistics(present: &[bool], data: &Data) -> Statistics {
    let nulls = Some(present.iter().filter(|present| !**present).count() as u64);
    let text = |bounds: Option<(&[u8], &[u8])>| {
        let bounds = bounds.filter(|(low, high)| low.len().max(high.len()) <= BOUND_BYTES);
        let (low, high) = bounds.map(|(low, high)| (ByteArray::from(low.to_vec()), ByteArray::from(high.to_vec()))).unzip();
        Statistics::byte_array(low, high, None, nulls, false)
    };
    match data {
        Data::Coded(values, codes) => {
            let mut used = vec![false; values.len()];
            codes.iter().zip(present).filter(|(_, present)| **present).for_each(|(code, _)| used[*code as usize] = true);
            text(text_bounds(values.iter().zip(used).filter(|(_, used)| *used).map(|(text, _)| *text)))
        }
        Data::Plain(texts) => {
            let there = texts.iter().zip(present).filter(|(_, present)| **present);
            text(text_bounds(there.map(|(text, _)| *text)))
        }
        Data::Integers(numbers) => {
            let (low, high) = bounds(present, numbers).map(|(low, high)| (low as i32, high as i32)).unzip();
            Statistics::int32(low, high, None, nulls, false)
        }
        Data::Bigints(numbers) => {
            let (low, high) = bounds(present, numbers).unzip();
            Statistics::int64(low, high, None, nulls, false)
        }
        Data::Flags(flags) => {
            let there = || flags.iter().zip(present).filter(|(_, present)| **present).map(|(flag, _)| *flag);
            Statistics::boolean(there().min(), there().max(), None, nulls, false)
        }
    }
}

fn text_bounds<'a>(mut texts: impl Iterator<Item = &'a [u8]>) -> Option<(&'a [u8], &'a [u8])> {
    let first = texts.next()?;
    // Ids mostly ascend: one comparison tells that.
    Some(texts.fold((first, first), |(low, high), text| match text {
        text if text >= high => (low, text),
        text if text < low => (text, high),
        _ => (low, high),
    }))
}
