//! Exact integers on their way to floats.

/// An integer as the nearest float. Nearly all sums fit 64 bits, which a processor converts at once; 128 take a routine.
#[must_use]
#[inline(always)]
pub fn to_f64(x: i128) -> f64 {
    match i64::try_from(x) {
        Ok(small) => small as f64,
        Err(_) => wide_to_f64(x),
    }
}

// A call, or both ways would be taken and one chosen afterwards.
#[cold]
#[inline(never)]
const fn wide_to_f64(x: i128) -> f64 {
    x as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_round_alike() {
        for x in [0, -7, (1 << 53) + 1, i128::from(i64::MAX), i128::from(i64::MIN), 3 << 90, -(1 << 100) - 1]
        {
            assert!(to_f64(x).to_bits() == (x as f64).to_bits(), "{x}");
        }
    }
}
