// Where a client on this machine waits for the person's browser (RFC 8252 §7.3).
import http from 'node:http';

const PATH = '/callback';
const PATIENCE = 60_000;

/** The redirect URI, and what arrives there. */
export async function listen() {
  const server = http.createServer();
  const arrival = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('nobody came back from the sign-in')), PATIENCE);
    server.on('request', (request, response) => {
      const url = new URL(request.url, 'http://127.0.0.1');
      if (url.pathname !== PATH) return response.writeHead(404).end();
      clearTimeout(timer);
      response.setHeader('Content-Type', 'text/plain').end('You may close this window.\n');
      server.close();
      resolve(url.searchParams);
    });
  });
  // Awaited only after the client has sent the person off.
  arrival.catch(() => {});
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { redirectUri: `http://127.0.0.1:${server.address().port}${PATH}`, arrival };
}
