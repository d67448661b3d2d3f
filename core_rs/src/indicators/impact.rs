//! Price impact: how far price goes with the volume of one side.

use serde::{Deserialize, Serialize};

use super::{Ring, ratio, to_f64};

/// Signed volumes and changes of price beyond these count as these, so that no sum of squares overflows.
const MAX_VOLUME: i64 = 1 << 52;
const MAX_CHANGE: i64 = 1 << 40;

/// The regression of price changes on signed volume over the last `n` bars (Kyle, Econometrica 1985, lambda in
/// `dp = a + lambda q`), by ordinary least squares with intercept on exact integer sums.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Impact {
    window: Ring<(i64, i64)>,
    sums: Sums,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Sums {
    x: i64,
    y: i64,
    xx: i128,
    xy: i128,
    yy: i128,
}

impl Sums {
    #[inline]
    fn replace(&mut self, (old_x, old_y): (i64, i64), (x, y): (i64, i64)) {
        self.x += x - old_x;
        self.y += y - old_y;
        self.xx += product(x - old_x, x + old_x);
        self.yy += product(y - old_y, y + old_y);
        self.xy += product(x, y) - product(old_x, old_y);
    }
}

#[inline]
fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

impl Impact {
    /// A regression that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { window: Ring::new(n), sums: Sums::default() }
    }

    /// Takes a bar's signed volume and change of price; returns lambda and the share of variance that it explains,
    /// NaN before `n` bars. Both are 0 where volume, or price, did not vary.
    #[inline]
    pub fn update(&mut self, signed_volume: i64, change: i64) -> [f64; 2] {
        let pair = (signed_volume.clamp(-MAX_VOLUME, MAX_VOLUME), change.clamp(-MAX_CHANGE, MAX_CHANGE));
        let out = self.window.push(pair);
        self.sums.replace(out, pair);
        if !self.window.is_full() {
            return [f64::NAN; 2];
        }
        let (n, Sums { x, y, xx, xy, yy }) = (self.window.values().len() as i128, self.sums);
        let covariance = to_f64(n * xy - product(x, y));
        let (variance_x, variance_y) = (to_f64(n * xx - product(x, x)), to_f64(n * yy - product(y, y)));
        [ratio(covariance, variance_x), ratio(covariance * covariance, variance_x * variance_y)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_s6_kyle() {
        let changes = [10, -20, 5, 30, -10, 0];
        let volumes = [10, -15, 4, 22, -12, 3];
        let mut impact = Impact::new(6);
        let said = volumes.into_iter().zip(changes).map(|(q, dp)| impact.update(q, dp)).last().unwrap();
        assert!((said[0] / 100.0 - 0.012_264_150_943_396_232).abs() < 1e-9);
    }

    #[test]
    fn price_that_follows_volume_is_explained_whole() {
        let mut impact = Impact::new(4);
        let said: Vec<[f64; 2]> = [3, -1, 4, -1, 5, -9].map(|q| impact.update(q, 2 * q)).to_vec();
        assert!(said[2][0].is_nan());
        assert!((said[5][0] - 2.0).abs() < 1e-12 && (said[5][1] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_variation_there_is_no_impact() {
        let mut impact = Impact::new(3);
        let said = (0..5).map(|_| impact.update(7, 0)).last().unwrap();
        assert!(said == [0.0, 0.0]);
    }
}
