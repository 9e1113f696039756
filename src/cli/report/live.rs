//! What makes a page load itself anew: put into it when it is served, never into the file.

/// Where the script is, and where it hears of new builds; no page of a site lies there.
pub(super) const SCRIPT: &str = ".goals/live.js";
pub(super) const BUILDS: &str = ".goals/builds";

/// Loads the page anew once another build than its own stands.
pub(super) const LIVE: &str = r#""use strict";
(() => {
  const own = document.currentScript.dataset.build;
  const builds = new EventSource("/.goals/builds");
  builds.onmessage = (event) => {
    if (event.data !== own) {
      builds.close();
      location.reload();
    }
  };
})();
"#;

/// A page that loads itself anew.
pub(super) fn page(page: &str, build: u64) -> String {
    let script = format!("<script src=\"/{SCRIPT}\" data-build=\"{build}\"></script>\n");
    let mut page = with_policy(page);
    let end = page.rfind("</body>").unwrap_or(page.len());
    page.insert_str(end, &script);
    page
}

/// A page whose policy, if it has one, allows scripts and messages of its own server.
fn with_policy(page: &str) -> String {
    const BEGINS: &str = "http-equiv=\"Content-Security-Policy\" content=\"";
    let Some(start) = page.find(BEGINS).map(|at| at + BEGINS.len()) else { return page.to_owned() };
    let Some(end) = page[start..].find('"').map(|length| start + length) else {
        return page.to_owned();
    };
    let mut policy = page[start..end].to_owned();
    for directive in ["script-src", "connect-src"] {
        policy = allowed(&policy, directive);
    }
    format!("{}{policy}{}", &page[..start], &page[end..])
}

/// A policy with `'self'` in one of its directives.
fn allowed(policy: &str, directive: &str) -> String {
    let is_it = |part: &str| part.split_whitespace().next() == Some(directive);
    let mut parts: Vec<String> = policy.split(';').map(|part| part.trim().to_owned()).collect();
    match parts.iter_mut().find(|part| is_it(part)) {
        Some(part) => *part = format!("{} 'self'", part.replace(" 'none'", "")),
        None => parts.push(format!("{directive} 'self'")),
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn the_script_comes_last_and_the_policy_lets_it_in() {
        let file = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'none'\"><body>a</body>";
        assert_eq!(
            page(file, 7),
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'; connect-src 'self'\"><body>a<script src=\"/.goals/live.js\" data-build=\"7\"></script>\n</body>"
        );
        assert!(page("plain", 7).starts_with("plain<script "));
    }
}
