//! `near`.

use crate::engine::condition::Condition;
use crate::engine::condition::near::Near;
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Form, Mapping, Needs, Row, key, words};
use crate::language::position::read_position;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;
use crate::model::kind::KindSet;

const FARTHEST_METRES: f64 = 1_000_000.0;

pub static NEAR: Row<Clause> = Row {
    key: key("near", Form::Is(&CIRCLE), "A position near a point was sent.", "发来的位置在某个地点附近。"),
    read: Clause::Condition(KindConstraint::Kinds(KindSet::POSITIONS), read),
};

pub static CIRCLE: Mapping = Mapping {
    name: "near",
    title: words("`near`", "`near`"),
    about: words("A circle on the map.", "地图上的一个圆。"),
    keys: &[
        key("longitude", Form::Degrees(180), "Of the middle, in degrees.", "中心的经度。"),
        key("latitude", Form::Degrees(90), "Of the middle, in degrees.", "中心的纬度。"),
        key(
            "within",
            Form::Written("3km"),
            "How far away at most: `500m`, `3km`, `3公里`.",
            "最远多远：`500米`、`3公里`。",
        ),
    ],
    needs: &[Needs::All(&["longitude", "latitude", "within"])],
};

fn read(reader: &mut RuleReader, node: &Node) -> Result<Condition, Noted> {
    let fields = reader.yaml.map(node, &CIRCLE)?;
    let centre = read_position(reader, &fields, "near");
    let Some(within) = fields.get("within") else {
        if fields.has_faults {
            return Err(reader.yaml.noted(&fields.span));
        }
        let fault =
            ConditionFault::MissingKey { key: "within", within: "near", below: reader.yaml.below(&fields) };
        return reader.refuse(fault, fields.span.clone());
    };
    let text = reader.yaml.text(within)?;
    let metres = parse_metres(&text.value);
    let metres = reader.yaml.parsed(metres, text, |text| ConditionFault::BadDistance { text })?;
    Ok(Condition::Near(Near { centre: centre?, metres }))
}

fn parse_metres(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let factor = match text[unit_at..].trim() {
        "m" | "米" => 1.0,
        "km" | "公里" | "千米" => 1_000.0,
        "里" => 500.0,
        _ => return None,
    };
    let metres = text[..unit_at].parse::<f64>().ok()? * factor;
    (metres > 0.0 && metres <= FARTHEST_METRES).then_some(metres)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_read_with_their_unit() {
        assert_eq!(parse_metres("3km"), Some(3_000.0));
        assert_eq!(parse_metres("1.5 公里"), Some(1_500.0));
        assert_eq!(parse_metres("500米"), Some(500.0));
        for wrong in ["3", "km", "-3km", "0m", "5000km", "3 miles"] {
            assert_eq!(parse_metres(wrong), None, "{wrong}");
        }
    }
}
