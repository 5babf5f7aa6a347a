//! A whole page.

use std::fmt;

use crate::{Escaped, STYLE_PATH};

/// A page; it is written with `{}`.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// What a tab shows. Text.
    pub title: &'a str,
    /// Whose page this is: text, in a sentence.
    pub about: &'a str,
    /// What it is there for. HTML.
    pub content: &'a str,
    /// What is good to know besides. HTML that fits into a paragraph.
    pub footer: &'a str,
}

impl fmt::Display for Document<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, about, content, footer } = self;
        write!(
            formatter,
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Countersign on this machine</title>
<link rel="stylesheet" href="{STYLE_PATH}">
</head>
<body>
<header>
<p class="product">Countersign</p>
<p>{about}</p>
</header>
<main>
{content}</main>
<footer>
<p>{footer}</p>
</footer>
</body>
</html>
"#,
            title = Escaped(title),
            about = Escaped(about),
        )
    }
}
