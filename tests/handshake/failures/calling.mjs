// What a Node program does that then prints an error: node calling.mjs ACTION FILES...
import fs from 'node:fs';
import https from 'node:https';
import tls from 'node:tls';

const [action, ...rest] = process.argv.slice(2);
const read = (name) => (name ? fs.readFileSync(name) : undefined);

if (action === 'get') {
  const [url, ca, own, key] = rest;
  const options = { cert: read(own), key: read(key), timeout: 2000, agent: false };
  if (ca) options.ca = read(ca);
  https
    .get(url, options, (answer) => {
      console.log(answer.statusCode);
      answer.pipe(process.stdout);
    })
    .on('timeout', function () {
      this.destroy(new Error('socket hang up after a timeout of 2000ms'));
    })
    .on('error', (error) => console.error(error));
} else if (action === 'fetch') {
  // Its authorities are those of NODE_EXTRA_CA_CERTS.
  fetch(rest[0], { signal: AbortSignal.timeout(2000) })
    .then((answer) => answer.text())
    .then(console.log, console.error);
} else if (action === 'context') {
  tls.createSecureContext({ cert: read(rest[0]), key: read(rest[1]) });
} else if (action === 'pfx') {
  tls.createSecureContext({ pfx: read(rest[0]), passphrase: rest[1] });
} else if (action === 'serve') {
  const [cert, key, ca] = rest;
  const options = { cert: read(cert), key: read(key), ca: read(ca), requestCert: true, rejectUnauthorized: false };
  const server = https.createServer(options, (request, answer) => {
    // As most programs do it: to answer with a page of their own.
    if (!request.socket.authorized) {
      console.error('client not authorized:', request.socket.authorizationError);
      answer.statusCode = 401;
    }
    answer.end('hello\n', () => setTimeout(() => process.exit(0), 100));
  });
  server.on('tlsClientError', (error) => {
    console.error(error);
    setTimeout(() => process.exit(1), 200);
  });
  server.listen(0, '127.0.0.1', () => console.log(`PORT ${server.address().port}`));
}
