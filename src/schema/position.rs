//! Positions: insert orders rounded down, so that the cube stays small and a chart has few steps.

/// An insert order rounded down to its first four binary digits: the steps grow with the order, eight to an octave.
pub fn position(order: i64) -> i64 {
    order >> shift(order) << shift(order)
}

/// The last insert order of the step that begins at `position`.
pub fn last_order(position: i64) -> i64 {
    position + ((1 << shift(position)) - 1)
}

/// [`position`] of the column `insert_order`, in SQL.
pub const POSITION: &str = "case when insert_order < 16 then insert_order \
     else (insert_order >> (floor(log2(insert_order))::integer - 3)) << (floor(log2(insert_order))::integer - 3) end";

/// [`last_order`] of `position`, in SQL.
pub const LAST_ORDER: &str = "position + (1 << case when position < 16 then 0 else floor(log2(position))::integer - 3 end) - 1";

/// Binary digits that are rounded off.
fn shift(order: i64) -> u32 {
    if order < 16 { 0 } else { order.ilog2() - 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_keep_four_binary_digits() {
        let cases = [
            (-5, -5, -5),
            (0, 0, 0),
            (15, 15, 15),
            (16, 16, 17),
            (17, 16, 17),
            (31, 30, 31),
            (33, 32, 35),
            (1000, 960, 1023),
            (1024, 1024, 1151),
            (i64::MAX, 0b1111 << 59, i64::MAX),
        ];
        for (order, first, last) in cases {
            assert_eq!((position(order), last_order(position(order))), (first, last), "{order}");
        }
    }
}
