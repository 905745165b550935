//! The fields of a span, written as JSON once and for each request. The library's own way builds a map of values for it.

use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FormatFields, FormattedFields};

/// Writes fields as one JSON object.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SpanFields;

impl<'writer> FormatFields<'writer> for SpanFields {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        writer.write_char('{')?;
        let mut members = Members {
            writer: &mut writer,
            is_first: true,
            result: Ok(()),
        };
        fields.record(&mut members);
        members.result?;
        writer.write_char('}')
    }

    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &Record<'_>,
    ) -> fmt::Result {
        let mut more = String::new();
        self.format_fields(Writer::new(&mut more), fields)?;
        let all = &mut current.fields;
        if all.is_empty() || all == "{}" {
            *all = more;
        } else if more != "{}" {
            all.pop();
            all.push(',');
            all.push_str(&more[1..]);
        }
        Ok(())
    }
}

struct Members<'a, 'writer> {
    writer: &'a mut Writer<'writer>,
    is_first: bool,
    result: fmt::Result,
}

impl Members<'_, '_> {
    /// Writes one member, of a value that is JSON already.
    fn add(&mut self, field: &Field, value: impl fmt::Display) {
        let name = field.name();
        let name = name.strip_prefix("r#").unwrap_or(name);
        let comma = if self.is_first { "" } else { "," };
        self.is_first = false;
        let written = write!(self.writer, "{comma}\"{name}\":{value}");
        self.result = self.result.and(written);
    }
}

impl Visit for Members<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // Not every number has a form in JSON.
        self.add(field, serde_json::Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let is_plain = |byte: u8| !matches!(byte, b'"' | b'\\') && byte >= b' ';
        if value.bytes().all(is_plain) {
            self.add(field, format_args!("\"{value}\""));
        } else {
            self.add(field, serde_json::Value::from(value));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::*;

    /// What is written of a line in a span.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_kind_of_value_is_json_and_later_ones_join_them() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .fmt_fields(SpanFields)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!(
                "request", text = "a \"b\"\n\\", plain = "é", whole = -3, large = 7_u64, part = 0.5, none = f64::NAN,
                yes = true, shown = %"x\ty", later = tracing::field::Empty
            );
            span.record("later", "at last");
            span.in_scope(|| tracing::info!("done"));
            tracing::info_span!("without").in_scope(|| tracing::info!("done"));
        });
        let bytes = lines.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        let spans: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["span"].clone())
            .collect();
        assert_eq!(
            spans,
            [
                json!({
                    "name": "request", "text": "a \"b\"\n\\", "plain": "é", "whole": -3, "large": 7, "part": 0.5,
                    "none": null, "yes": true, "shown": "x\ty", "later": "at last",
                }),
                json!({"name": "without"}),
            ]
        );
    }
}
