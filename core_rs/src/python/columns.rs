//! Read-only columns, and errors, on their way to Python.

use numpy::{Element, IntoPyArray, PyArray1, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

pub type Column<T> = Py<PyArray1<T>>;

pub fn column<T: Element>(py: Python<'_>, values: Vec<T>) -> Column<T> {
    let array = values.into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.unbind()
}

#[allow(clippy::needless_pass_by_value)] // the signature that map_err wants
pub fn value_error(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
