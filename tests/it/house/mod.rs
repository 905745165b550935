//! The house rules, held against the sources and the documents.

mod architecture;
mod reference_pages;
mod documentation;
mod settings_documents;
