//! The house rules, held against the sources and the documents.

mod architecture;
mod documentation;
mod explained;
mod reference_pages;
mod settings_documents;
