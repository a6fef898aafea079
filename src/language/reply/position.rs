//! A position on the map.

use crate::engine::reply::{ReplyForm, Script};
use crate::language::grammar::{Form, Mapping, Needs, key, words};
use crate::language::position::read_position;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;

pub static POSITION: Mapping = Mapping {
    name: "position",
    title: words("A position", "位置"),
    about: words("In degrees, as map services show them.", "单位是度，可以从地图上查到。"),
    keys: &[
        key("longitude", Form::Degrees(180), "East is positive: 121.49.", "经度，例如 121.49。"),
        key("latitude", Form::Degrees(90), "North is positive: 31.24.", "纬度，例如 31.24。"),
    ],
    needs: &[Needs::All(&["longitude", "latitude"])],
};

pub fn read(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    let fields = reader.yaml.map(node, &POSITION)?;
    read_position(reader, &fields, "position").map(|position| ReplyForm::Position(position).into())
}
