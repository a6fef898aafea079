//! The environment: variables that begin with `FANREPLY_`, and those that the settings file refers to as
//! `${VARIABLE}`. The environment is handed in, so that tests need not change the real one.

use std::collections::{HashMap, HashSet};

use super::fault::{SettingPlace, SettingsFault, SettingsWarning};
use super::reason::{Reason, Suggestion};
use super::written::{KEYS, Layer, Written};
use crate::words::nearest::nearest;

const PREFIX: &str = "FANREPLY_";

/// All variables that are not empty, and which of them the file referred to.
pub struct Environment {
    variables: HashMap<String, String>,
    referred: HashSet<String>,
}

impl Environment {
    /// An empty variable counts as unset.
    pub fn new(variables: &[(String, String)]) -> Self {
        let variables = variables
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .cloned()
            .collect::<HashMap<_, _>>();
        Self { variables, referred: HashSet::new() }
    }

    /// What the known variables say.
    ///
    /// # Errors
    /// A secret is given in both forms.
    pub fn layer(&self) -> Result<Layer, SettingsFault> {
        let mut layer = Layer::default();
        for key in KEYS {
            let name = variable_of(key);
            if let Some(value) = self.variables.get(&name) {
                layer.add(key, Written::of_text(value, SettingPlace::Variable(name)))?;
            }
        }
        Ok(layer)
    }

    /// A text of the settings file with every `${VARIABLE}` replaced.
    ///
    /// # Errors
    /// One is unset, has no end, or stands there without its braces.
    pub fn expand(&mut self, text: &str, at: &SettingPlace) -> Result<String, SettingsFault> {
        if is_bare_reference(text.trim()) {
            return Err(at.refuse(Reason::BareReference));
        }
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, reference)) = rest.split_once("${") {
            let (name, after) = reference.split_once('}').ok_or_else(|| at.refuse(Reason::OpenReference))?;
            let value = self.variables.get(name);
            let value = value.ok_or_else(|| at.refuse(Reason::UnsetVariable { name: name.to_owned() }))?;
            expanded.push_str(before);
            expanded.push_str(value);
            self.referred.insert(name.to_owned());
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }

    pub fn is_referred_to(&self, name: &str) -> bool {
        self.referred.contains(name)
    }

    /// Variables that look like ours and mean nothing, in the order of their names.
    pub fn unknown(&self) -> Vec<SettingsWarning> {
        let known: Vec<String> = KEYS.iter().map(|key| variable_of(key)).collect();
        let mut names: Vec<&String> = self.variables.keys().filter(|name| self.is_unknown(name)).collect();
        names.retain(|name| !known.contains(name));
        names.sort();
        names
            .into_iter()
            .map(|name| SettingsWarning::UnknownVariable {
                name: name.clone(),
                meant: Suggestion(nearest(name, known.iter().map(String::as_str)).map(str::to_owned)),
            })
            .collect()
    }

    fn is_unknown(&self, name: &str) -> bool {
        name.starts_with(PREFIX) && !is_injected(name) && !self.is_referred_to(name)
    }
}

/// `$NAME`, which nothing but a name without its braces looks like.
fn is_bare_reference(text: &str) -> bool {
    let is_of_names = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.strip_prefix('$').is_some_and(|name| !name.is_empty() && name.chars().all(is_of_names))
}

fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase())
}

/// Kubernetes and Docker set such variables for a service or container named `fanreply` or `fanreply-…`:
/// `…_SERVICE_HOST`, `…_SERVICE_PORT[_NAME]`, `…_PORT`, `…_PORT_8080_TCP[_ADDR|_PORT|_PROTO]`.
fn is_injected(name: &str) -> bool {
    let numbered = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    name.ends_with("_PORT")
        || name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT_")
        || name.split("_PORT_").skip(1).any(numbered)
}
