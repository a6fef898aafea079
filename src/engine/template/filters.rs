//! The filters and tests that templates can use: those of the template engine whose results are texts, numbers or flat
//! lists. Each is wrapped: what it takes and what it makes is bounded, and walking that is paid for by fuel.

use minijinja::value::{Rest, Value, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, filters, tests};

/// Bytes of the texts that a filter or test takes, and of those that it makes.
const LONGEST_VALUE: usize = 24 << 10;
/// Items of a list that a filter or test takes or makes.
const MOST_ITEMS: usize = 5_000;
/// Bytes that one step pays for, as the template engine counts them itself.
const BYTES_OF_STEP: usize = 64;
/// Items of a list that one step pays for.
const ITEMS_OF_STEP: usize = 2;
/// Steps of rounding a number, which the template engine writes with a thousand digits first.
const STEPS_OF_ROUNDING: u64 = 100;

/// What a filter makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    Scalar,
    List,
    /// A list of a list, a text of a text.
    AsGiven,
    /// What it is given, or its argument.
    Either,
}

/// A row of the table of filters or tests: its name, and what makes it.
type Row<What> = (&'static str, What, fn() -> Value);

macro_rules! built_in {
    ($function:expr) => {
        || Value::from_function($function)
    };
}

#[rustfmt::skip]
const FILTERS: &[Row<Made>] = &[
    ("abs", Made::Scalar, built_in!(filters::abs)),
    ("bool", Made::Scalar, built_in!(filters::bool)),
    ("capitalize", Made::Scalar, built_in!(filters::capitalize)),
    ("count", Made::Scalar, built_in!(filters::length)),
    ("d", Made::Either, built_in!(filters::default)),
    ("default", Made::Either, built_in!(filters::default)),
    ("e", Made::Scalar, built_in!(filters::escape)),
    ("escape", Made::Scalar, built_in!(filters::escape)),
    ("first", Made::Scalar, built_in!(filters::first)),
    ("float", Made::Scalar, built_in!(filters::float)),
    ("int", Made::Scalar, built_in!(filters::int)),
    ("join", Made::Scalar, built_in!(filters::join)),
    ("last", Made::Scalar, built_in!(filters::last)),
    ("length", Made::Scalar, built_in!(filters::length)),
    ("lines", Made::List, built_in!(filters::lines)),
    ("list", Made::List, built_in!(filters::list)),
    ("lower", Made::Scalar, built_in!(filters::lower)),
    ("map", Made::List, built_in!(filters::map)),
    ("max", Made::Scalar, built_in!(filters::max)),
    ("min", Made::Scalar, built_in!(filters::min)),
    ("reject", Made::List, built_in!(filters::reject)),
    ("replace", Made::Scalar, built_in!(filters::replace)),
    ("reverse", Made::AsGiven, built_in!(filters::reverse)),
    ("round", Made::Scalar, built_in!(filters::round)),
    ("safe", Made::Scalar, built_in!(filters::safe)),
    ("select", Made::List, built_in!(filters::select)),
    ("sort", Made::List, built_in!(filters::sort)),
    ("split", Made::List, built_in!(filters::split)),
    ("string", Made::Scalar, built_in!(filters::string)),
    ("sum", Made::Scalar, built_in!(filters::sum)),
    ("title", Made::Scalar, built_in!(filters::title)),
    ("trim", Made::Scalar, built_in!(filters::trim)),
    ("unique", Made::List, built_in!(filters::unique)),
    ("upper", Made::Scalar, built_in!(filters::upper)),
];

#[rustfmt::skip]
const TESTS: &[Row<()>] = &[
    ("!=", (), built_in!(tests::is_ne)),
    ("<", (), built_in!(tests::is_lt)),
    ("<=", (), built_in!(tests::is_le)),
    ("==", (), built_in!(tests::is_eq)),
    (">", (), built_in!(tests::is_gt)),
    (">=", (), built_in!(tests::is_ge)),
    ("boolean", (), built_in!(tests::is_boolean)),
    ("defined", (), built_in!(tests::is_defined)),
    ("divisibleby", (), built_in!(tests::is_divisibleby)),
    ("endingwith", (), built_in!(tests::is_endingwith)),
    ("eq", (), built_in!(tests::is_eq)),
    ("equalto", (), built_in!(tests::is_eq)),
    ("even", (), built_in!(tests::is_even)),
    ("false", (), built_in!(tests::is_false)),
    ("float", (), built_in!(tests::is_float)),
    ("ge", (), built_in!(tests::is_ge)),
    ("greaterthan", (), built_in!(tests::is_gt)),
    ("gt", (), built_in!(tests::is_gt)),
    ("in", (), built_in!(tests::is_in)),
    ("int", (), built_in!(tests::is_integer)),
    ("integer", (), built_in!(tests::is_integer)),
    ("le", (), built_in!(tests::is_le)),
    ("lessthan", (), built_in!(tests::is_lt)),
    ("lower", (), built_in!(tests::is_lower)),
    ("lt", (), built_in!(tests::is_lt)),
    ("ne", (), built_in!(tests::is_ne)),
    ("none", (), built_in!(tests::is_none)),
    ("number", (), built_in!(tests::is_number)),
    ("odd", (), built_in!(tests::is_odd)),
    ("startingwith", (), built_in!(tests::is_startingwith)),
    ("string", (), built_in!(tests::is_string)),
    ("true", (), built_in!(tests::is_true)),
    ("undefined", (), built_in!(tests::is_undefined)),
    ("upper", (), built_in!(tests::is_upper)),
];

/// Gives an empty environment every filter and test that templates can use.
pub fn add_to(environment: &mut Environment) {
    for (name, made, function) in FILTERS {
        let function = function();
        let may_be_parted = *made == Made::List;
        let steps = if *name == "round" { STEPS_OF_ROUNDING } else { 0 };
        environment.add_filter(*name, move |state: &mut State, values: Rest<ValueOrKwargs>| {
            let values = values.into_values();
            state.consume_fuel(steps)?;
            pay(state, &values)?;
            // each character of it may become an item
            if may_be_parted && values.first().and_then(Value::as_str).is_some_and(is_too_long_to_part) {
                return Err(too_long());
            }
            let result = function.call(state, &values)?;
            bounded(state, result)
        });
    }
    for (name, (), function) in TESTS {
        let function = function();
        environment.add_test(*name, move |state: &mut State, values: Rest<ValueOrKwargs>| {
            let values = values.into_values();
            pay(state, &values)?;
            function.call(state, &values)
        });
    }
}

/// What the filter of this name makes, where there is one.
pub fn made(name: &str) -> Option<Made> {
    FILTERS.iter().find(|(known, ..)| *known == name).map(|(_, made, _)| *made)
}

pub fn is_test(name: &str) -> bool {
    TESTS.iter().any(|(known, ..)| *known == name)
}

/// The names of all filters.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILTERS.iter().map(|(name, ..)| *name)
}

fn pay(state: &State, values: &[Value]) -> Result<(), Error> {
    values.iter().try_for_each(|value| weigh(state, value))
}

fn is_too_long_to_part(text: &str) -> bool {
    text.chars().count() > MOST_ITEMS
}

fn too_long() -> Error {
    Error::new(ErrorKind::InvalidOperation, "a text or a list gets too long")
}

/// Pays for walking this value.
fn weigh(state: &State, value: &Value) -> Result<(), Error> {
    let (mut bytes, mut items) = (value.as_str().map_or(0, str::len), 0);
    if is_many(value) {
        for item in value.try_iter()?.take(MOST_ITEMS + 1) {
            // of named arguments, the names are walked, and their values weighed
            let item = if value.kind() == ValueKind::Map { value.get_item(&item)? } else { item };
            bytes += item.as_str().map_or(0, str::len);
            items += 1;
            if bytes > LONGEST_VALUE {
                break;
            }
        }
    }
    if bytes > LONGEST_VALUE || items > MOST_ITEMS {
        return Err(too_long());
    }
    state.consume_fuel((bytes / BYTES_OF_STEP + items / ITEMS_OF_STEP) as u64)
}

/// A result that is a text, a number, or a flat list of such, made now and not when it is walked.
pub fn bounded(state: &State, value: Value) -> Result<Value, Error> {
    let value = match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => {
            let items: Vec<Value> = value.try_iter()?.take(MOST_ITEMS + 1).collect();
            if items.iter().any(is_many) {
                return Err(Error::new(ErrorKind::InvalidOperation, "a list would hold a list"));
            }
            Value::from(items)
        }
        _ => value,
    };
    weigh(state, &value)?;
    Ok(value)
}

/// A value that holds others.
pub fn is_many(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map)
}
