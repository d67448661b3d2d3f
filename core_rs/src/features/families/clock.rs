//! The time of the decision: of day and of week as points on circles, and on the way to the next funding.

use super::{Definition, Family};
use std::f64::consts::TAU;

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
const WEEK_US: i64 = 7 * DAY_US;
/// The epoch was a Thursday; weeks begin on Mondays.
const MONDAY_US: i64 = 3 * DAY_US;
/// Perpetuals pay at 00, 08 and 16 UTC, most of them.
const FUNDING_US: i64 = 8 * HOUR_US;

pub fn columns() -> [Definition; 5] {
    let column = |name: &str, formula: &str| Definition::new(Family::Clock, name, formula);
    [
        column("time_of_day_sin", "sin(2 pi time of day / 24 h), UTC"),
        column("time_of_day_cos", "cos(2 pi time of day / 24 h), UTC"),
        column("time_of_week_sin", "sin(2 pi time since Monday / 7 d), UTC"),
        column("time_of_week_cos", "cos(2 pi time since Monday / 7 d), UTC"),
        column("time_to_funding", "time to the next of 00, 08 and 16 UTC / 8 h, 1 at one of them"),
    ]
}

/// The clock's columns at an instant.
pub fn clock(ts_us: i64) -> [f64; 5] {
    let (day_sin, day_cos) = turn(ts_us, DAY_US);
    let (week_sin, week_cos) = turn(ts_us + MONDAY_US, WEEK_US);
    let funding = 1.0 - ts_us.rem_euclid(FUNDING_US) as f64 / FUNDING_US as f64;
    [day_sin, day_cos, week_sin, week_cos, funding]
}

fn turn(ts_us: i64, period_us: i64) -> (f64, f64) {
    (TAU * ts_us.rem_euclid(period_us) as f64 / period_us as f64).sin_cos()
}
