# What there is to do here. `just` alone lists it.

_default:
    @just --list

# Build, make a sample repository with history, and render its report
demo *ARGUMENTS:
    cargo run --release -- demo {{ARGUMENTS}}

# Run the tests
test:
    cargo test

# Format, lint, and build the documentation
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items

# Everything that must pass before a change lands
ci:
    bash .ci/run

# Measure against git on generated repositories; `just bench S` is the quick look
bench *ARGUMENTS:
    cargo bench --bench goals -- {{ARGUMENTS}}
