//! Sample
pub fn sample() {}
pub struct SampleError;
