//! The house rules, held against the sources and the documents.

mod architecture;
mod documentation;
mod settings_documents;
