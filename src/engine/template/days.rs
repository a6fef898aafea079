//! `days_until`: how many days are left until a date, at the time of the message.

use jiff::civil::Date;
use minijinja::{Error, ErrorKind, State};

use crate::schedule::written::{parse_date, parse_month_day};

/// The days from the day of the message to this one, `2026-12-31`, or to the next one of every year, `12-31`. It is 0 on
/// the day itself, and negative for what lies in the past.
///
/// # Errors
/// The text is no date.
pub fn days_until(state: &State, date: &str) -> Result<i32, Error> {
    let wrong = |detail| Error::new(ErrorKind::InvalidOperation, detail);
    let now = state.lookup("now").and_then(|now| now.get_attr("date").ok());
    let today = now.and_then(|date| date.as_str().and_then(|date| parse_date(date).ok()));
    let today = today.ok_or_else(|| wrong("the day of the message is not known"))?;
    let date = parse_date(date).ok().or_else(|| next_of_every_year(date, today));
    let date = date.ok_or_else(|| wrong("days_until takes a date such as '2026-12-31' or '12-31'"))?;
    Ok((date - today).get_days())
}

fn next_of_every_year(text: &str, today: Date) -> Option<Date> {
    let (month, day) = parse_month_day(text).ok()?;
    // two days of February 29 lie eight years apart at most
    let years = today.year()..=today.year().saturating_add(8);
    years.filter_map(|year| Date::new(year, month, day).ok()).find(|date| *date >= today)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::civil::{date, time};

    use crate::engine::template::{Field, Names, Scope, Templates};
    use crate::schedule::calendar::Moment;

    fn rendered(text: &str) -> Option<String> {
        let now = Moment { date: date(2026, 11, 23), time: time(23, 30, 0, 0) };
        let mut templates = Templates::new(HashMap::new());
        let template = templates.add(text, Field::Text, None).unwrap();
        templates
            .render(&template, &Names::of(Scope { now, ..Scope::default() }))
            .ok()
            .map(|rendered| rendered.text)
    }

    #[test]
    fn days_are_counted_to_a_date_or_to_the_next_one_of_every_year() {
        for (text, days) in [
            ("{{ days_until('2026-12-31') }}", "38"),
            ("{{ days_until('2026年11月24日') }}", "1"),
            ("{{ days_until('2026-11-23') }}", "0"),
            ("{{ days_until('2026-11-20') }}", "-3"),
            ("{{ days_until('12-31') }}", "38"),
            ("{{ days_until('11-22') }}", "364"),
            ("{{ days_until('02-29') }}", "463"),
            ("{% if days_until('2026-12-31') > 30 %}早{% else %}快{% endif %}", "早"),
        ] {
            assert_eq!(rendered(text).as_deref(), Some(days), "{text}");
        }
        for no_date in ["{{ days_until('年底') }}", "{{ days_until('2026-02-30') }}", "{{ days_until() }}"]
        {
            assert_eq!(rendered(no_date), None, "{no_date}");
        }
    }
}
