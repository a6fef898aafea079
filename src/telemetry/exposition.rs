//! The two text forms in which metrics are read. They say the same; Prometheus asks for the newer one, and
//! older tools, `promtool check metrics` among them, only understand the first.

/// A text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposition {
    /// Prometheus text 0.0.4.
    Text,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Exposition {
    /// The form for whoever sends this `Accept` header: OpenMetrics only where it is named.
    pub fn accepted(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") { Self::OpenMetrics } else { Self::Text }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// An OpenMetrics page in this form.
    pub fn of(self, page: String) -> String {
        match self {
            Self::OpenMetrics => page,
            Self::Text => as_text(&page),
        }
    }
}

/// In the older form a family has the name of its samples, infos are gauges, and units are in names alone.
fn as_text(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line == "# EOF" || line.starts_with("# UNIT ") {
            continue;
        }
        let Some(help) = line.strip_prefix("# HELP ") else {
            text.extend([line, "\n"]);
            continue;
        };
        let (name, words) = help.split_once(' ').unwrap_or((help, ""));
        let typed = lines.next_if(|line| line.starts_with("# TYPE ")).unwrap_or_default();
        let (suffix, kind) = match typed.rsplit_once(' ').map_or("", |(_, kind)| kind) {
            "counter" => ("_total", "counter"),
            "info" => ("_info", "gauge"),
            "unknown" => ("", "untyped"),
            kind => ("", kind),
        };
        text.push_str(&format!("# HELP {name}{suffix} {words}\n# TYPE {name}{suffix} {kind}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_have_the_same_samples_under_the_same_names() {
        let page = "# HELP a_messages Messages.\n# TYPE a_messages counter\na_messages_total{k=\"x\"} 1\n\
                    # HELP a_time_seconds Time.\n# TYPE a_time_seconds gauge\n# UNIT a_time_seconds seconds\n\
                    a_time_seconds 2\n# HELP a_build B.\n# TYPE a_build info\na_build_info{v=\"1\"} 1\n# EOF\n";
        let text = "# HELP a_messages_total Messages.\n# TYPE a_messages_total counter\n\
                    a_messages_total{k=\"x\"} 1\n# HELP a_time_seconds Time.\n# TYPE a_time_seconds gauge\n\
                    a_time_seconds 2\n# HELP a_build_info B.\n# TYPE a_build_info gauge\n\
                    a_build_info{v=\"1\"} 1\n";
        assert_eq!(Exposition::Text.of(page.to_owned()), text);
        assert_eq!(Exposition::OpenMetrics.of(page.to_owned()), page);
    }

    #[test]
    fn whoever_asks_for_nothing_gets_the_form_that_all_understand() {
        assert_eq!(Exposition::accepted("*/*"), Exposition::Text);
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5";
        assert_eq!(Exposition::accepted(prometheus), Exposition::OpenMetrics);
    }
}
