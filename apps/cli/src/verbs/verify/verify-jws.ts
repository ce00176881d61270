import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { NotVerified, verifyJws } from './jws.ts';

/** The text of a file, or of `-`, which is standard input. */
export const textOf = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new NotVerified(`${file} cannot be read.`, { cause });
  }
};

/** What a person is shown of something signed that holds: who signed it as what, then what it says. */
export const linesOfVerified = (jws: string, jwks: string): readonly string[] => {
  const { kid, typ, payload } = verifyJws(jws, jwks);
  return [`The signature holds: ${typ}, by key ${kid}.`, payload];
};

// Run as a program of its own: `node verify-jws.js FILE KEYS`.
const [, program = '', file, keys] = process.argv;
if (import.meta.url === pathToFileURL(program).href) {
  try {
    if (file === undefined || keys === undefined) {
      throw new NotVerified('Give two files: what was signed, and the list of keys.');
    }
    for (const line of linesOfVerified(textOf(file), textOf(keys))) console.log(line);
  } catch (error) {
    console.error(error instanceof NotVerified ? error.message : error);
    process.exitCode = 1;
  }
}
