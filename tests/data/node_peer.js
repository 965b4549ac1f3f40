// Node.js as both sides of mutual TLS: one JSON request a line from standard input, one answer.
'use strict';

const fs = require('node:fs');
const tls = require('node:tls');

function files(side) {
  const read = (name) => (name ? fs.readFileSync(name) : undefined);
  return {
    key: read(side.key),
    cert: read(side.chain),
    ca: read(side.trust),
  };
}

function attempt(request) {
  return new Promise((resolve) => {
    let settled = false;
    let server;
    const done = (talks, said) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      server?.close();
      resolve({ talks, said: String(said) });
    };
    const timer = setTimeout(() => done(false, 'timeout'), 8000);
    const version = `TLSv${request.tls}`;
    try {
      server = tls.createServer(
        {
          ...files(request.server),
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: version,
          maxVersion: version,
        },
        (socket) => {
          socket.on('error', () => {});
          socket.on('data', (data) => socket.end(String(data).toUpperCase()));
        },
      );
      server.on('tlsClientError', (error) => done(false, `server: ${error.message}`));
      server.on('error', (error) => done(false, `server: ${error.message}`));
      server.listen(0, '127.0.0.1', () => {
        let heard = '';
        let client;
        try {
          client = tls.connect({
            ...files(request.client),
            host: '127.0.0.1',
            port: server.address().port,
            // An address is not sent as a server name (RFC 6066, 3).
            servername: request.isAddress ? '' : request.host,
            minVersion: version,
            maxVersion: version,
            checkServerIdentity: (_, certificate) =>
              tls.checkServerIdentity(request.host, certificate),
          });
        } catch (error) {
          done(false, `client: ${error.message}`);
          return;
        }
        client.on('secureConnect', () => client.write('hello\n'));
        client.on('data', (data) => {
          heard += data;
          if (heard.includes('HELLO')) done(true, heard);
        });
        client.on('error', (error) => done(false, `client: ${error.message}`));
        client.on('close', () => done(false, 'closed'));
      });
    } catch (error) {
      done(false, error.message);
    }
  });
}

async function main() {
  const lines = require('node:readline').createInterface({ input: process.stdin });
  for await (const line of lines) {
    process.stdout.write(`${JSON.stringify(await attempt(JSON.parse(line)))}\n`);
  }
}

main();
