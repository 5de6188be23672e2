//! Numbers that look random and depend on nothing but what they are asked for.

/// The finaliser of splitmix64 (Steele, Lea and Flood, 2014), written out so that no release of a crate can change a sample.
///
/// A record's fate is drawn from its own number instead of from a running generator: whether a parent failed an hour ago
/// can then be asked again at any time, without having kept it.
pub fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in `0..bound` from `draw`, without a division.
pub fn below(draw: u64, bound: u64) -> u64 {
    ((u128::from(draw) * u128::from(bound)) >> 64) as u64
}

/// True for `share` (0 to 1) of all draws.
pub fn chance(draw: u64, share: f64) -> bool {
    (draw >> 11) as f64 * (1.0 / (1u64 << 53) as f64) < share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_splitmix64() {
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn draws_keep_their_bounds() {
        assert_eq!(below(0, 10), 0);
        assert_eq!(below(u64::MAX, 10), 9);
        assert!(chance(0, 0.01) && !chance(u64::MAX, 0.999));
    }
}
