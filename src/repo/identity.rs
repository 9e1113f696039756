//! Who commits here.

use std::path::Path;

use super::program::Git;

/// Returns the e-mail address that a commit made in `folder` would carry, if git knows one.
pub fn author_email(git: &Git, folder: &Path) -> Option<String> {
    let output = git.run(folder, &["var", "GIT_AUTHOR_IDENT"], b"").ok()?;
    let ident = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    let (_, rest) = ident.split_once('<')?;
    Some(rest.split_once('>')?.0.to_owned())
}
