//! Tests of the conversions: examples, properties over random documents, hostile input.

mod addresses;
mod adf_documents;
mod adf_edit_places;
mod adf_edits;
mod adf_grammar;
mod adf_to_markdown;
mod as_people_write;
mod blocks_without_text;
mod edit_cases;
mod generated_sources;
mod generator;
mod growth;
mod hostile;
mod markdown;
mod markdown_to_adf;
mod merges;
mod nothing_vanishes;
mod people;
mod properties;
mod real_documents;
mod remarks;
mod source_edits;
mod storage;
mod wiki;
mod wiki_cells;
