//! The house rules, held against the sources and the documents.

mod architecture;
mod command_line;
mod documentation;
mod explained;
mod imports;
mod reference_pages;
mod settings_documents;
