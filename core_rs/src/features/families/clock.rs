//! Time of day (UTC) of the decision, as a point on a circle.

use super::{Definition, Family};
use std::f64::consts::TAU;

const DAY_US: i64 = 86_400_000_000;

pub fn columns() -> [Definition; 2] {
    ["sin", "cos"].map(|function| {
        let formula = format!("{function}(2 pi time of day / 24 h), UTC");
        Definition::new(Family::Clock, format!("time_of_day_{function}"), formula)
    })
}

/// The clock's columns at an instant.
pub fn clock(ts_us: i64) -> [f64; 2] {
    let (sine, cosine) = (TAU * ts_us.rem_euclid(DAY_US) as f64 / DAY_US as f64).sin_cos();
    [sine, cosine]
}
