import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { credentialsIn } from '../../home/demo-credentials.ts';
import type { Home } from '../../home/home.ts';
import { codeOf, Refusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { AuditCheck } from './audit-check.ts';
import { keysOf } from './keys-of.ts';

export type VerifyAuditFlags = { readonly jwks?: string; readonly earlier?: string };

/** An export as the platform that runs here gives it now. */
const exportOf = async (home: Home): Promise<Readable> => {
  const { origin, apiKey } = credentialsIn(home);
  const address = `${origin}/v1/audit-events/export`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${apiKey}` } }).catch(
    (cause: unknown) => {
      throw new Refusal(`${origin} does not answer: start the platform, or name an export.`, {
        cause,
      });
    },
  );
  if (!answer.ok || answer.body === null) throw new Refusal(`${address} answers ${answer.status}.`);
  return Readable.fromWeb(answer.body);
};

const fed = async (check: AuditCheck, from: Readable): Promise<void> => {
  for await (const line of createInterface({ input: from, crlfDelay: Infinity })) {
    if (line !== '') check.take(line);
  }
};

const fileFed = async (check: AuditCheck, file: string): Promise<void> => {
  try {
    await fed(check, file === '-' ? process.stdin : createReadStream(file));
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    throw new Refusal(`${file} cannot be read.`, { cause });
  }
};

const doesNotHold = (what: string, { findings }: AuditCheck): Refusal => {
  const [first = 'It is empty.', ...details] = findings;
  return new Refusal(`${what} does not hold. ${first}`, { details });
};

/** `tact verify-audit`: names what is wrong and ends with 1, or says that the chain holds. */
export const verifyAudit = async (
  { file, jwks, earlier }: VerifyAuditFlags & { readonly file: string | undefined },
  { home, terminal }: { readonly home: Home; readonly terminal: Terminal },
): Promise<void> => {
  const keys = await keysOf(jwks, home);
  const before = new AuditCheck(keys);
  if (earlier !== undefined) {
    await fileFed(before, earlier);
    if (before.result() === undefined) throw doesNotHold('The earlier export', before);
  }
  const check = new AuditCheck(keys, before.hashes);
  if (file === undefined) await fed(check, await exportOf(home));
  else await fileFed(check, file);
  const summary = check.result();
  if (summary === undefined) throw doesNotHold('The audit', check);
  const { tenant, entries, blanked, signatures, signedAt } = summary;
  terminal.line(
    `The audit of ${tenant} holds: ${entries} entries, ${blanked} of them blanked, ${signatures} signatures, the last of ${signedAt}.`,
  );
};
