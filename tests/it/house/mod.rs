//! The house rules, held against the sources and the documents.

mod architecture;
mod settings_documents;
