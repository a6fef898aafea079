//! `near`: a position message within a distance of a point. Distances are measured on a sphere, which is exact enough
//! for a shop's surroundings. Coordinates are compared as they are, without converting between map systems.

use crate::engine::condition::Predicate;
use crate::engine::index::{Cell, Trigger};
use crate::engine::subject::Subject;
use crate::model::message::{Content, Position};

const EARTH_RADIUS_METRES: f64 = 6_371_008.8;
/// A circle over more cells than this is not divided into cells for the index.
const INDEXED_CELLS: i64 = 64;

/// A circle on the map.
#[derive(Debug)]
pub struct Near {
    pub centre: Position,
    pub metres: f64,
}

impl Near {
    /// Whether the other circle lies in this one. Where a centimetre decides, the answer is no.
    pub fn covers(&self, other: &Self) -> bool {
        const DOUBT_METRES: f64 = 0.01;
        let same_centre = self.centre == other.centre;
        let distance =
            if same_centre { 0.0 } else { distance_metres(self.centre, other.centre) + DOUBT_METRES };
        distance + other.metres <= self.metres
    }
}

impl Predicate for Near {
    fn holds(&self, subject: &Subject) -> bool {
        match subject.message.content {
            Content::Position(position) => distance_metres(self.centre, position) <= self.metres,
            _ => false,
        }
    }

    fn written(&self) -> String {
        let Self { centre, metres } = self;
        format!("near: {}, {}, within {metres} m", centre.longitude(), centre.latitude())
    }

    /// The cells under the circle; `None` when they are too many, or the circle meets a pole or the
    /// date line.
    fn triggers(&self) -> Option<Vec<Trigger>> {
        let north = (self.metres / EARTH_RADIUS_METRES).to_degrees();
        // a degree of longitude is shortest at the end of the circle that is nearer to a pole
        let widest = (self.centre.latitude().abs() + north).min(90.0).to_radians().cos();
        let east = north / widest;
        let first = Cell::of(self.centre.longitude() - east, self.centre.latitude() - north);
        let last = Cell::of(self.centre.longitude() + east, self.centre.latitude() + north);
        let inside = self.centre.longitude() - east > -180.0 && self.centre.longitude() + east < 180.0;
        let count = (i64::from(last.east) - i64::from(first.east) + 1)
            * (i64::from(last.north) - i64::from(first.north) + 1);
        if !inside || count > INDEXED_CELLS {
            return None;
        }
        let cells = (first.north..=last.north)
            .flat_map(|north| (first.east..=last.east).map(move |east| Cell { east, north }));
        Some(cells.map(Trigger::Cell).collect())
    }
}

fn distance_metres(a: Position, b: Position) -> f64 {
    let (lat_a, lat_b) = (a.latitude().to_radians(), b.latitude().to_radians());
    let half_north = (lat_b - lat_a) / 2.0;
    let half_east = (b.longitude() - a.longitude()).to_radians() / 2.0;
    let chord = half_north.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_east.sin().powi(2);
    2.0 * EARTH_RADIUS_METRES * chord.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    #[test]
    fn distances_are_right() {
        // Beijing to Shanghai is about 1068 km
        let metres = distance_metres(at(116.4074, 39.9042), at(121.4737, 31.2304));
        assert!((metres - 1_068_000.0).abs() < 3_000.0, "{metres}");
    }

    proptest! {
        #[test]
        fn a_circle_holds_every_point_of_one_that_it_covers(
            longitude in 116.2..116.4f64, latitude in 39.8..40.0f64, metres in 1.0..30_000.0f64,
            other_longitude in 116.2..116.4f64, other_latitude in 39.8..40.0f64, other_metres in 1.0..30_000.0f64,
            point_longitude in 116.0..116.6f64, point_latitude in 39.6..40.2f64,
        ) {
            let own = Near { centre: at(longitude, latitude), metres };
            let other = Near { centre: at(other_longitude, other_latitude), metres: other_metres };
            let point = at(point_longitude, point_latitude);
            let holds = |near: &Near| distance_metres(near.centre, point) <= near.metres;
            prop_assert!(!own.covers(&other) || holds(&own) || !holds(&other));
        }

        #[test]
        fn every_point_of_the_circle_lies_in_its_cells(
            longitude in -180.0..180.0f64, latitude in -89.0..89.0f64, metres in 1.0..30_000.0f64,
            angle in 0.0..std::f64::consts::TAU, part in 0.0..1.0f64,
        ) {
            let near = Near { centre: at(longitude, latitude), metres };
            let north = (metres * part * angle.sin() / EARTH_RADIUS_METRES).to_degrees();
            let east = (metres * part * angle.cos() / EARTH_RADIUS_METRES).to_degrees()
                / latitude.to_radians().cos();
            if let (Ok(point), Some(cells)) = (Position::new(longitude + east, latitude + north), near.triggers())
                && distance_metres(near.centre, point) <= metres
            {
                let cell = Cell::of(point.longitude(), point.latitude());
                prop_assert!(cells.contains(&Trigger::Cell(cell)));
            }
        }
    }
}
