//! A column of numbers, in memory of its own or in that of a mapped file, which all who map it share.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::{AnyBitPattern, PodCastError};
use yoke::Yoke;

/// Bytes that stay where and what they are while anybody holds them.
pub type Memory = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Numbers one after the other.
#[derive(Clone)]
pub enum Column<T: 'static> {
    /// Its own.
    Own(Vec<T>),
    /// Some of a file.
    Mapped(Yoke<&'static [T], Memory>),
}

impl<T: AnyBitPattern> Column<T> {
    /// The numbers that fill some bytes of a memory, in the byte order of the machine; panics beyond its end.
    ///
    /// # Errors
    /// Bytes that do not begin where a number may, or end within one.
    pub fn mapped(memory: &Memory, bytes: Range<usize>) -> Result<Self, PodCastError> {
        let numbers = Yoke::try_attach_to_cart(Arc::clone(memory), |memory| {
            bytemuck::try_cast_slice(&memory.as_ref()[bytes])
        });
        numbers.map(Self::Mapped)
    }
}

impl<T: Clone> Column<T> {
    /// Adds numbers; a column in a file becomes one of its own.
    pub fn extend(&mut self, more: &[T]) {
        match self {
            Self::Own(numbers) => numbers.extend_from_slice(more),
            Self::Mapped(numbers) => {
                let mut own = numbers.get().to_vec();
                own.extend_from_slice(more);
                *self = Self::Own(own);
            }
        }
    }
}

impl<T> Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Self::Own(numbers) => numbers,
            Self::Mapped(numbers) => numbers.get(),
        }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(numbers: Vec<T>) -> Self {
        Self::Own(numbers)
    }
}

impl<T: fmt::Debug> fmt::Debug for Column<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(formatter)
    }
}
