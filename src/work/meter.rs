//! What is measured: the metrics of one process, each with its name, and the recorder that keeps them.
//! Labels are words of our own; none ever names a tenant, an owner, an account or a site.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder, SharedString,
};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusRecorder};

/// Seconds; from a statement that finds its page in memory to the longest a handler may take.
const BUCKETS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
const METADATA: Metadata<'static> = Metadata::new("integration_backend", Level::INFO, None);

/// A label's name and value.
pub(crate) type Pair<'a> = (&'static str, &'a str);

/// What kind of metric it is, in Prometheus' words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts durations in seconds by their length.
    Histogram,
}

/// A metric: its name and what it says.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// The name in Prometheus' text.
    pub name: &'static str,
    /// The kind.
    pub kind: Kind,
    /// The line above it.
    pub help: &'static str,
}

/// Records metrics; cheap to clone. A silent one records nothing.
#[derive(Clone, Default)]
pub(crate) struct Meter(Option<Arc<Recording>>);

/// The recorder, and what was told to it before: to find that here costs a tenth of what it costs there, where a
/// name and its labels are copied to look them up.
struct Recording {
    recorder: PrometheusRecorder,
    counters: Known<Counter>,
    gauges: Known<Gauge>,
    histograms: Known<Histogram>,
}

/// Counters, gauges or histograms by the shape of their name and labels.
struct Known<M>(RwLock<ByShape<M>>);

type ByShape<M> = HashMap<u64, Vec<(Key, M)>, BuildHasherDefault<AsItIs>>;

/// Shapes are spread already, towards their upper bits.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number ^ (number >> 32);
    }
}

impl<M: Clone> Known<M> {
    fn new() -> Self {
        Self(RwLock::default())
    }

    /// The one with these labels, made by `register` when it is asked for first.
    fn get(&self, metric: &Metric, labels: &[Pair<'_>], register: impl FnOnce(&Key) -> M) -> M {
        let hash = shape(metric, labels);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&hash).and_then(|some| find(some, metric, labels)) {
            return found;
        }
        drop(known);
        let key = key(metric, labels);
        // Registering twice gives the same one.
        let made = register(&key);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(hash).or_default().push((key, made.clone()));
        made
    }
}

/// A number that few others of these words share, at the price of a few steps: their lengths and their ends.
fn shape(metric: &Metric, labels: &[Pair<'_>]) -> u64 {
    let ends = |text: &str| {
        let last = text.as_bytes().last_chunk::<8>();
        let whole = || text.bytes().fold(0, |sum, byte| sum << 8 | u64::from(byte));
        last.map_or_else(whole, |last| u64::from_be_bytes(*last))
    };
    let all = labels.iter().flat_map(|(name, value)| [*name, *value]);
    all.fold(ends(metric.name), |sum, text| {
        let next = ends(text) ^ (text.len() as u64).rotate_left(56);
        (sum.rotate_left(5) ^ next).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

fn find<M: Clone>(some: &[(Key, M)], metric: &Metric, labels: &[Pair<'_>]) -> Option<M> {
    let is_it = |key: &Key| {
        let own = key.labels().map(|label| (label.key(), label.value()));
        key.name() == metric.name && own.eq(labels.iter().copied())
    };
    let found = some.iter().find(|(key, _)| is_it(key))?;
    Some(found.1.clone())
}

impl Meter {
    /// A meter that keeps what it is told, and describes `metrics`.
    ///
    /// # Errors
    /// Never with the buckets above; the builder checks them.
    pub(crate) fn recording(metrics: &[Metric]) -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&BUCKETS)?
            .build_recorder();
        for metric in metrics {
            let name = KeyName::from_const_str(metric.name);
            let help = SharedString::const_str(metric.help);
            match metric.kind {
                Kind::Counter => recorder.describe_counter(name, None, help),
                Kind::Gauge => recorder.describe_gauge(name, None, help),
                Kind::Histogram => recorder.describe_histogram(name, None, help),
            }
        }
        Ok(Self(Some(Arc::new(Recording {
            recorder,
            counters: Known::new(),
            gauges: Known::new(),
            histograms: Known::new(),
        }))))
    }

    /// The counter with these labels.
    pub(crate) fn counter(&self, metric: &Metric, labels: &[Pair<'_>]) -> Counter {
        self.0.as_ref().map_or_else(Counter::noop, |recording| {
            let register = |key: &Key| recording.recorder.register_counter(key, &METADATA);
            recording.counters.get(metric, labels, register)
        })
    }

    /// The gauge with these labels.
    pub(crate) fn gauge(&self, metric: &Metric, labels: &[Pair<'_>]) -> Gauge {
        self.0.as_ref().map_or_else(Gauge::noop, |recording| {
            let register = |key: &Key| recording.recorder.register_gauge(key, &METADATA);
            recording.gauges.get(metric, labels, register)
        })
    }

    /// Notes how long something took.
    pub(crate) fn observe(&self, metric: &Metric, labels: &[Pair<'_>], took: Duration) {
        if let Some(recording) = &self.0 {
            let register = |key: &Key| recording.recorder.register_histogram(key, &METADATA);
            let histogram = recording.histograms.get(metric, labels, register);
            histogram.record(took.as_secs_f64());
        }
    }

    /// Everything recorded so far, in Prometheus' text format.
    pub(crate) fn render(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |recording| {
            recording.recorder.handle().render()
        })
    }

    /// Files durations that were noted since the last time. Without it they would pile up in memory
    /// as long as nobody asks for the text.
    pub(crate) fn file(&self) {
        if let Some(recording) = &self.0 {
            recording.recorder.handle().run_upkeep();
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.0.is_some() {
            "Meter(recording)"
        } else {
            "Meter(silent)"
        };
        formatter.write_str(name)
    }
}

fn key(metric: &Metric, labels: &[Pair<'_>]) -> Key {
    let labels: Vec<Label> = labels
        .iter()
        .map(|(name, value)| Label::new(*name, (*value).to_owned()))
        .collect();
    Key::from_parts(metric.name, labels)
}
