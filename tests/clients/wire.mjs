// Writes down what a client really sends: a line of JSON for each exchange, in the file that WIRE names.
//
// Node tells it through its diagnostics channel, so the client is not touched: `node --import ./wire.mjs CLIENT`. No
// query, body or credential is written. What goes through `node:http`, as the checks' own requests do, is not seen here.
import diagnostics from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

diagnostics.subscribe('undici:request:headers', ({ request, response }) => {
  const { origin, pathname } = new URL(request.path, request.origin);
  const headers = request.headers.map((header) => String(header).toLowerCase());
  const version = headers.indexOf('mcp-protocol-version');
  const exchange = { method: request.method, url: origin + pathname, status: response.statusCode };
  if (version !== -1) exchange.version = headers[version + 1];
  appendFileSync(process.env.WIRE, `${JSON.stringify(exchange)}\n`);
});
