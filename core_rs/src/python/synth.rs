use pyo3::prelude::*;

#[allow(clippy::unnecessary_wraps)]
pub fn register(_module: &Bound<'_, PyModule>) -> PyResult<()> {
    Ok(())
}
