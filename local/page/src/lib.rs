//! How the pages of the laptop look: those of the identity provider, and that of the gateway.
//!
//! 1. Plain HTML and one style sheet: no script, nothing from elsewhere. A policy of `default-src 'none'; style-src
//!    'self'` lets all of it pass.
//! 2. Light and dark, wide and narrow, with the keyboard and with a screen reader.
//! 3. Text becomes HTML through [`Escaped`] alone.

mod document;
mod escaped;

use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;

pub use document::Document;
pub use escaped::Escaped;

/// Where every page expects the style sheet.
pub const STYLE_PATH: &str = "/style.css";

/// Answers with the style sheet.
pub async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))
}

#[cfg(test)]
mod tests {
    use super::{Document, Escaped};

    #[test]
    fn text_stays_text() {
        let text = r#"<a href="x" title='y'>&amp;</a>"#;
        let escaped = Escaped(text).to_string();
        assert_eq!(escaped, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
    }

    #[test]
    fn a_title_is_text_and_content_is_html() {
        let document = Document { title: "<b>", about: "<i>", content: "<p>content</p>", footer: "<u>foot</u>" };
        let page = document.to_string();
        for part in ["<title>&lt;b&gt; · ", "<p>&lt;i&gt;</p>", "<p>content</p>", "<u>foot</u>"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        for forbidden in ["<b>", "<i>", "<script", "<style", " style=", "http:", "https:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn the_style_sheet_loads_nothing() {
        let style = include_str!("style.css");
        for forbidden in ["@import", "url(", "http"] {
            assert!(!style.contains(forbidden), "{forbidden}");
        }
    }
}
