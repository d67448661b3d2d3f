//! `SplitMix64` in counter mode: any draw by its number, in any language.

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Uniform draw number `counter` of `seed`, in [0, 1).
#[must_use]
pub fn u01(seed: u64, counter: u64) -> f64 {
    const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
    let raw = mix(seed.wrapping_add(counter.wrapping_add(1).wrapping_mul(STEP)));
    (raw >> 11) as f64 * UNIT
}

/// Draws that are many rather than reproducible elsewhere: several to a number of the generator.
pub struct Draws {
    state: u64,
}

impl Draws {
    /// The draws of a stream of a seed.
    pub const fn new(seed: u64, stream: u64) -> Self {
        Self { state: mix(seed ^ mix(stream)) }
    }

    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// Two uniform draws of 32 bits.
    pub fn pair(&mut self) -> (f64, f64) {
        const UNIT: f64 = 1.0 / (1_u64 << 32) as f64;
        let raw = self.next();
        ((raw >> 32) as f64 * UNIT, (raw & 0xFFFF_FFFF) as f64 * UNIT)
    }

    /// A sum of four uniform draws of 16 bits, scaled to a variance of 1.
    pub fn normal(&mut self) -> f64 {
        let raw = self.next();
        let sum = (raw & 0xFFFF) + (raw >> 16 & 0xFFFF) + (raw >> 32 & 0xFFFF) + (raw >> 48);
        ((sum as f64 + 2.0) / 65_536.0 - 2.0) * 3.0_f64.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_draw() {
        assert_eq!(mix(1_234_567_u64.wrapping_add(STEP)), 6_457_827_717_110_365_317);
        assert!((u01(1_234_567, 0) - 0.350_079_542_021_408_1).abs() < f64::EPSILON);
    }
}
