//! Commands: what the server does when somebody chooses a lens.

use gen_lsp_types::{
    Command, ExecuteCommandOptions, ExecuteCommandParams, Location, ShowDocumentParams,
};
use serde_json::Value;

use super::client::Client;
use super::requests::{Answer, Refused};
use crate::text::printable;

/// Shows a place in the editor; its argument is a `Location`.
const SHOW: &str = "goals.show";

/// What the editor is told of the commands there are.
pub(super) fn options() -> ExecuteCommandOptions {
    ExecuteCommandOptions { commands: vec![SHOW.to_owned()], ..ExecuteCommandOptions::default() }
}

/// A command that leads to a place.
pub(super) fn show(title: &str, location: &Location) -> Command {
    Command {
        title: printable(title).into_owned(),
        command: SHOW.to_owned(),
        arguments: serde_json::to_value(location).ok().map(|location| vec![location]),
        ..Command::default()
    }
}

/// What the editor is to be asked to show when a command is chosen.
pub(super) fn chosen(client: &Client, params: Value) -> Answer<ShowDocumentParams> {
    let odd = |what: String| Refused::Params(what);
    let params: ExecuteCommandParams =
        serde_json::from_value(params).map_err(|error| odd(error.to_string()))?;
    if params.command != SHOW {
        return Err(odd(format!("there is no command `{}`", printable(&params.command))));
    }
    let argument = params.arguments.and_then(|arguments| arguments.into_iter().next());
    let argument = serde_json::to_value(argument).map_err(|error| odd(error.to_string()))?;
    let location: Location =
        serde_json::from_value(argument).map_err(|error| odd(format!("{SHOW}: {error}")))?;
    if !client.shows_documents {
        return Err(Refused::Cannot("this editor shows no files for a server".to_owned()));
    }
    Ok(ShowDocumentParams {
        uri: location.uri,
        external: None,
        take_focus: Some(true),
        selection: Some(location.range),
    })
}
