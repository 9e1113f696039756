//! Goals as code.
//!
//! Objectives, key results and check-ins are TOML files in a git repository. This library reads
//! them, with their history, and turns them into findings, figures and pages.
//!
//! Data flows one way, and the modules below stand in that order: a module uses only what stands
//! above it.

#![forbid(unsafe_code)]

pub mod error;
pub mod text;
pub mod date;
pub mod coding;
pub mod diagnostic;
pub mod repo;
pub mod load;
pub mod model;
pub mod history;
pub mod rollup;
pub mod check;
pub mod review;
pub mod pipeline;
pub mod change;
pub mod render;
pub mod lsp;
pub mod cli;
