//! What findings look like as JSON.

use super::*;

#[test]
fn json_has_every_member() {
    let text = "\u{feff}é = 1\r\nb = 2\r\n";
    let findings = [
        Diagnostic::new("x", "one", at("a", text, "1"))
            .label("here")
            .related(at("a", text, "2\r\n"), "")
            .help("mend it"),
        with_level(Diagnostic::new("y", "two", Place::new("none", Span::new(1, 2))), Level::Info),
    ];
    assert_eq!(
        shown_json(&findings, &snapshot(&[("a", text)])),
        r#"{
  "format_version": 1,
  "findings": [
    {
      "rule": "x",
      "level": "error",
      "message": "one",
      "path": "a",
      "start": {
        "line": 1,
        "column": 5,
        "offset": 8
      },
      "end": {
        "line": 1,
        "column": 6,
        "offset": 9
      },
      "label": "here",
      "related": [
        {
          "path": "a",
          "start": {
            "line": 2,
            "column": 5,
            "offset": 15
          },
          "end": {
            "line": 3,
            "column": 1,
            "offset": 18
          },
          "label": null
        }
      ],
      "help": "mend it",
      "fingerprint": "f0",
      "fix": null
    },
    {
      "rule": "y",
      "level": "info",
      "message": "two",
      "path": "none",
      "start": null,
      "end": null,
      "label": null,
      "related": [],
      "help": null,
      "fingerprint": "f1",
      "fix": null
    }
  ],
  "summary": {
    "errors": 1,
    "warnings": 0,
    "infos": 1
  }
}
"#
    );
}

#[test]
fn the_schema_describes_every_member() {
    let schema =
        serde_json::to_value(schemars::schema_for!(FindingsView<'_>)).expect("a schema is a value");
    let document = parsed(&[bad_date().related(at("a", PLAN, "ann"), "x")], &snapshot(&[]));
    let described = |members: &serde_json::Value, shape: &serde_json::Value| {
        for name in members.as_object().expect("an object").keys() {
            let description = &shape["properties"][name]["description"];
            let is_reference = shape["properties"][name].get("$ref").is_some();
            assert!(description.is_string() || is_reference, "{name}");
        }
    };
    described(&document, &schema);
    described(&document["findings"][0], &schema["$defs"]["FindingView"]);
    described(&document["findings"][0]["related"][0], &schema["$defs"]["RelatedView"]);
    described(&document["summary"], &schema["$defs"]["Counts"]);
    assert_eq!(
        schema["$defs"]["FindingView"]["properties"]["level"]["enum"],
        serde_json::json!(["error", "warning", "info"])
    );
}
