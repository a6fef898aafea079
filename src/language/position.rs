//! `longitude` and `latitude` of a mapping, in conditions, replies and examples alike.

use crate::language::condition::fault::ConditionFault;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::reader::{Fields, Noted};
use crate::model::message::Position;

/// The position that these fields give; `within` names the key behind which they stand.
pub fn read_position(
    reader: &mut RuleReader,
    fields: &Fields,
    within: &'static str,
) -> Result<Position, Noted> {
    let mut degrees = |key: &'static str, limit: f64| {
        let Some(node) = fields.get(key) else {
            if fields.has_faults {
                return Err(reader.yaml.noted(&fields.span));
            }
            let below = reader.yaml.below(fields);
            return reader.refuse(ConditionFault::MissingKey { key, within, below }, fields.span.clone());
        };
        let text = reader.yaml.text(node)?;
        let number = text.value.trim().parse::<f64>().ok().filter(|number| number.abs() <= limit);
        reader.yaml.parsed(number, text, |text| ConditionFault::BadPosition { text })
    };
    let longitude = degrees("longitude", 180.0);
    let latitude = degrees("latitude", 90.0);
    Position::new(longitude?, latitude?).map_err(|_| reader.yaml.noted(&fields.span))
}
