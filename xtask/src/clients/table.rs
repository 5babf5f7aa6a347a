//! What is shown at the end.

use super::row::Row;

/// The steps of a client, in their order.
const STEPS: [&str; 12] = [
    "401",
    "metadata",
    "register",
    "sign-in",
    "token",
    "initialize",
    "list",
    "call",
    "expired",
    "refresh",
    "call again",
    "restart",
];

/// A line for each client; and below it what has steps of its own.
pub(crate) fn text(rows: &[Row]) -> String {
    let (own, clients): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| row.steps.first().is_some_and(|(step, _)| !STEPS.contains(&step.as_str())));
    let heads = ["client", "version", "registration", "protocol"].into_iter().chain(STEPS).chain([""]);
    let mut lines = vec![heads.map(str::to_owned).collect()];
    lines.extend(clients.into_iter().map(cells));
    let mut text = aligned(&lines);
    for row in own {
        text += &format!("\n{} {}\n", row.client, row.version);
        let steps: Vec<_> = row.steps.iter().map(|(step, result)| vec![format!("  {step}"), result.clone()]).collect();
        text += &aligned(&steps);
    }
    text
}

fn cells(row: &Row) -> Vec<String> {
    let client = if row.client.is_empty() { row.id } else { &row.client };
    let facts = [client, &row.version, &row.registration, &row.protocol];
    let steps = STEPS.map(|step| row.result(step).unwrap_or_default());
    let cells = facts.into_iter().chain(steps).map(|cell| if cell.is_empty() { "-" } else { cell });
    cells.chain([row.note]).map(str::to_owned).collect()
}

/// Columns under each other, two spaces apart.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    let length = |line: &Vec<String>, column: usize| line.get(column).map_or(0, |cell| cell.chars().count());
    let widths: Vec<_> =
        (0..columns).map(|column| lines.iter().map(|line| length(line, column)).max().unwrap_or_default()).collect();
    let line = |line: &Vec<String>| {
        let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  "));
        padded.collect::<String>().trim_end().to_owned() + "\n"
    };
    lines.iter().map(line).collect()
}

#[cfg(test)]
mod tests;
