// Lets a plain `node` run the sources: child processes of tests start from what jest runs, without a build.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file for each source, so that it does not grow: dozens of processes start from the same few hundred sources. */
const kept =
  process.env.KEPT_SOURCES ??
  fileURLToPath(new URL('../../../.cache/from-source', import.meta.url));
const options = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2024',
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};
const require = createRequire(import.meta.url);
const { version } = require('@swc/core/package.json');
const hashOf = (...words) => createHash('sha256').update(words.join('\0')).digest('hex');

const readKept = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return '';
  }
};

/** What swc makes of a source: kept from an earlier process, unless the source, swc or what it is told has changed. */
const transformed = (filename) => {
  const source = readFileSync(filename, 'utf8');
  const madeOf = `\n// ${hashOf(version, JSON.stringify(options), filename, source)}\n`;
  const file = join(kept, hashOf(filename));
  const found = readKept(file);
  if (found.endsWith(madeOf)) return found;
  const { code: made } = require('@swc/core').transformSync(source, { filename, ...options });
  const code = made + madeOf;
  mkdirSync(kept, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  return code;
};

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    return { format: 'module', shortCircuit: true, source: transformed(fileURLToPath(url)) };
  },
});
