//! The steps of an operation, as spans of traces.

/// The span of a step. Where there are no traces it costs a look at a flag.
macro_rules! step {
    ($name:literal) => {
        tracing::info_span!(target: $crate::TRACE, $name)
    };
}

pub(crate) use step;
