// A Lambda function that verifies the token of its event and does nothing else, with a Runtime API loop as small as ours.
import http from "node:http";
import { JwtVerifier } from "aws-jwt-verify";

const { AWS_LAMBDA_RUNTIME_API, ISSUER, AUDIENCE, JWKS } = process.env;
const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/.well-known/jwks.json` });
verifier.cacheJwks(JSON.parse(JWKS));

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [hostname, port] = AWS_LAMBDA_RUNTIME_API.split(":");

function send(method, path, body) {
  return new Promise((resolve, reject) => {
    const options = { agent, hostname, port, method, path: `/2018-06-01/runtime/invocation/${path}` };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.on("error", reject).end(body);
  });
}

for (;;) {
  const { headers, body } = await send("GET", "next");
  const claims = await verifier.verify(JSON.parse(body).token);
  await send("POST", `${headers["lambda-runtime-aws-request-id"]}/response`, JSON.stringify({ sub: claims.sub }));
}
