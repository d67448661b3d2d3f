//! What goes in: the venue's configuration and funding.

use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

use super::value_error;
use crate::engine::{
    Depth, FeeRates, FeeSchedule, FeeTier, FillModel, FundingStamp, Margin, Money, OrderRules, QueueAhead,
    Rate, VenueConfig,
};

/// How the simulated venue fills, what it charges and what it accepts.
#[pyclass(name = "VenueConfig", frozen, module = "psky._core")]
#[derive(Clone)]
pub struct PyVenueConfig(pub VenueConfig);

#[pymethods]
impl PyVenueConfig {
    #[new]
    #[pyo3(signature = (*, fill, latency_us, cancel_latency_us, maker_fee_rate, taker_fee_rate, slippage_ticks,
                        max_gap_us, queue_kappa = 1.0, queue_ahead_lots = None, feed_latency_us = 0,
                        fee_tiers = Vec::new(), price_step_ticks = 1, lot_step_lots = 1, min_notional = 0.0,
                        leverage = 0.0, maintenance_rate = 0.0, taker_depth = "unlimited"))]
    #[allow(clippy::too_many_arguments)] // a venue has as many settings
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands lists over by value
    fn new(
        fill: &str,
        latency_us: i64,
        cancel_latency_us: i64,
        maker_fee_rate: f64,
        taker_fee_rate: f64,
        slippage_ticks: i64,
        max_gap_us: i64,
        queue_kappa: f64,
        queue_ahead_lots: Option<f64>,
        feed_latency_us: i64,
        fee_tiers: Vec<(f64, f64, f64)>,
        price_step_ticks: i64,
        lot_step_lots: i64,
        min_notional: f64,
        leverage: f64,
        maintenance_rate: f64,
        taker_depth: &str,
    ) -> PyResult<Self> {
        if latency_us.min(cancel_latency_us).min(feed_latency_us).min(slippage_ticks) < 0 {
            return Err(value_error("expected latencies and slippage of at least 0"));
        }
        if price_step_ticks.min(lot_step_lots) < 1 || !(0.0..1e18).contains(&min_notional) {
            return Err(value_error("expected steps of at least 1 and a least notional of at least 0"));
        }
        Ok(Self(VenueConfig {
            fill: parse_fill(fill)?,
            queue: parse_queue(queue_kappa, queue_ahead_lots)?,
            latency_us,
            cancel_latency_us,
            feed_latency_us,
            fees: fee_schedule(FeeRates::new(maker_fee_rate, taker_fee_rate), &fee_tiers),
            slippage_ticks,
            depth: parse_depth(taker_depth)?,
            rules: OrderRules {
                price_step: price_step_ticks,
                lot_step: lot_step_lots,
                min_notional: Money::from_units(min_notional),
            },
            margin: parse_margin(leverage, maintenance_rate)?,
            max_gap_us,
        }))
    }
}

fn parse_fill(fill: &str) -> PyResult<FillModel> {
    match fill {
        "touch" => Ok(FillModel::Touch),
        "queue" => Ok(FillModel::Queue),
        "through" => Ok(FillModel::Through),
        other => Err(value_error(format!("expected fill touch, queue or through, found {other:?}"))),
    }
}

fn parse_depth(depth: &str) -> PyResult<Depth> {
    match depth {
        "unlimited" => Ok(Depth::Unlimited),
        "printed" => Ok(Depth::Printed),
        other => Err(value_error(format!("expected taker_depth unlimited or printed, found {other:?}"))),
    }
}

fn parse_queue(kappa: f64, lots: Option<f64>) -> PyResult<QueueAhead> {
    if !(0.0..9e18).contains(&lots.unwrap_or(kappa)) {
        return Err(value_error(format!("expected a queue of at least 0, found {}", lots.unwrap_or(kappa))));
    }
    Ok(lots.map_or(QueueAhead::Visits(kappa), |lots| QueueAhead::Lots(lots.ceil() as i64)))
}

fn fee_schedule(base: FeeRates, tiers: &[(f64, f64, f64)]) -> FeeSchedule {
    let tier = |&(notional, maker, taker): &(f64, f64, f64)| FeeTier {
        min_notional: Money::from_units(notional),
        rates: FeeRates::new(maker, taker),
    };
    FeeSchedule::tiered(base, tiers.iter().map(tier).collect())
}

fn parse_margin(leverage: f64, maintenance: f64) -> PyResult<Option<Margin>> {
    if leverage == 0.0 {
        return Ok(None);
    }
    if !(leverage >= 1.0 && (0.0..1.0 / leverage).contains(&maintenance)) {
        return Err(value_error(format!(
            "expected a leverage of at least 1 and a maintenance rate below its inverse, found {leverage} and {maintenance}"
        )));
    }
    Ok(Some(Margin { leverage, maintenance }))
}

/// Funding stamps in time order.
#[pyclass(name = "Funding", frozen, module = "psky._core")]
pub struct PyFunding(pub Vec<FundingStamp>);

#[pymethods]
impl PyFunding {
    #[new]
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
    fn new(
        ts_us: PyReadonlyArray1<'_, i64>,
        rate: PyReadonlyArray1<'_, f64>,
        mark_ticks: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let (ts_us, rate, mark) = (ts_us.as_slice()?, rate.as_slice()?, mark_ticks.as_slice()?);
        if rate.len() != ts_us.len() || mark.len() != ts_us.len() {
            return Err(value_error("expected columns of one length"));
        }
        if let Some(row) = ts_us.windows(2).position(|pair| pair[1] <= pair[0]) {
            return Err(value_error(format!(
                "expected increasing times, found {} in row {}",
                ts_us[row + 1],
                row + 1
            )));
        }
        if let Some(row) = (0..ts_us.len())
            .find(|&row| rate[row].abs() >= 1.0 || !(1.0..4e15).contains(&mark[row]) || rate[row].is_nan())
        {
            return Err(value_error(format!(
                "expected rates within 1 and marks of at least 1 tick, found {} and {} in row {row}",
                rate[row], mark[row]
            )));
        }
        let stamp = |row: usize| FundingStamp {
            ts_us: ts_us[row],
            rate: Rate::new(rate[row]),
            mark: mark[row].round() as i64,
        };
        Ok(Self((0..ts_us.len()).map(stamp).collect()))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}

/// The stamps of an optional argument.
pub fn stamps(funding: Option<&PyFunding>) -> &[FundingStamp] {
    funding.map_or(&[], |funding| &funding.0)
}
