// An outsider's check of an export of the audit, written from docs/how-to/audit.md alone: it uses no code of the platform.
// node outsider.mjs EXPORT JWKS
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [, , file, list] = process.argv;
const fail = (why) => {
  console.log(why);
  process.exit(1);
};
const sorted = (value) =>
  value === null || typeof value !== 'object' || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((name) => [name, sorted(value[name])]),
      );
const sha256 = (value) =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
const { keys } = JSON.parse(readFileSync(list, 'utf8'));
const signed = (jws) => {
  const [head, payload, signature] = jws.split('.');
  const { kid, typ } = JSON.parse(Buffer.from(head, 'base64url'));
  const jwk = keys.find((key) => key.kid === kid && key.tact_service === 'compliance');
  const key = jwk && createPublicKey({ key: jwk, format: 'jwk' });
  const bytes = Buffer.from(`${head}.${payload}`);
  if (
    typ !== 'tact-audit-head' ||
    !key ||
    !verify(null, bytes, key, Buffer.from(signature, 'base64url'))
  )
    fail('a signature does not hold');
  return JSON.parse(Buffer.from(payload, 'base64url'));
};

let blanked = 0;
let last = { seq: 0, hash: '0'.repeat(64) };
let end;
for (const line of readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse)) {
  if (line.kind === 'entry') {
    const { entry, hash, opening } = line;
    if (!opening && line.blanked !== true) fail(`entry ${entry.seq} names nobody`);
    if (!opening) blanked += 1;
    if (entry.seq !== last.seq + 1) fail(`entry ${entry.seq} stands behind entry ${last.seq}`);
    if (entry.prev !== last.hash) fail(`entry ${entry.seq} does not follow entry ${last.seq}`);
    if (sha256(entry) !== hash) fail(`entry ${entry.seq} was changed`);
    if (opening && sha256(opening) !== entry.subject) fail(`entry ${entry.seq} names another`);
    last = { seq: entry.seq, hash };
  } else if (line.kind === 'head' || line.kind === 'end') {
    const { seq, hash, blanked: signedBlanked } = signed(line.jws);
    if (seq !== last.seq || hash !== last.hash) fail(`entry ${seq} is not what was signed`);
    if (line.kind === 'end' && signedBlanked !== blanked) fail('entries were blanked unsigned');
    if (line.kind === 'end') end = seq;
  }
}
if (end === undefined) fail(`cut off behind entry ${last.seq}`);
console.log(`holds: ${end}`);
