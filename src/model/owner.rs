//! Whose rows something is: one person's, the service's own, or those of open mode.

use super::shared_text::SharedText;

/// Our own id of a person: a UUID, the key of their row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonId(SharedText);

impl PersonId {
    /// From the stored or newly made text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whose rows these are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The one owner of open mode.
    Local,
    /// The owner of connections that belong to nobody in particular; reached by keys only.
    Service,
    /// A person who has logged in.
    Person(PersonId),
}

/// How rows, keys and commands name the owner of open mode. No person is called so: their ids
/// are UUIDs.
const LOCAL: &str = "local";
/// How they name the service's own owner.
const SERVICE: &str = "service";

impl Owner {
    /// From the text that a row holds or an operator types: `local`, `service` or a person's id.
    pub fn from_text(text: impl Into<String>) -> Self {
        let text = text.into();
        match text.as_str() {
            LOCAL => Self::Local,
            SERVICE => Self::Service,
            _ => Self::Person(PersonId::new(text)),
        }
    }

    /// The text that rows hold.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Local => LOCAL,
            Self::Service => SERVICE,
            Self::Person(person) => person.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_as_it_was_written() {
        let person = Owner::Person(PersonId::new("018f2f6e-7c1a-7000-8000-000000000001"));
        for (owner, text) in [
            (Owner::Local, "local"),
            (Owner::Service, "service"),
            (person.clone(), "018f2f6e-7c1a-7000-8000-000000000001"),
        ] {
            assert_eq!(
                (owner.as_str(), Owner::from_text(text)),
                (text, owner.clone())
            );
        }
    }
}
