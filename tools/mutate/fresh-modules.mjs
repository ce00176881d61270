// How modules are loaded while mutants are tried: TypeScript from its source, files under mutation from their
// instrumented text, and what may hold state anew for every mutant.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { isWithin, root } from './rooms.mjs';

const shims = new Map([
  ['@jest/globals', new URL('jest-globals.mjs', import.meta.url).href],
  ['fast-check', new URL('few-runs.mjs', import.meta.url).href],
]);
const compiled = new Map();

// As jest.config.mjs has it: what a mutant meets is what the tests meet.
const compile = (path, text) =>
  transformSync(text, {
    filename: path,
    swcrc: false,
    configFile: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2024',
    },
    module: { type: 'es6' },
  }).code;

/** The paths of all TypeScript that was loaded so far, tests left out. */
export const loadedSources = () =>
  [...compiled.keys()].filter((path) => !path.endsWith('.test.ts'));

/** `texts`: instrumented source by path. Answers how to begin a new generation of the fresh places. */
export function loadFresh(texts, fresh) {
  let generation = 0;
  registerHooks({
    resolve(specifier, context, next) {
      const shim = shims.get(specifier);
      const isAskedByShim = context.parentURL === shim;
      if (shim !== undefined && !isAskedByShim) return { url: shim, shortCircuit: true };
      const found = next(specifier, context);
      if (!found.url.startsWith('file:') || found.url.includes('/node_modules/')) return found;
      const path = relative(root, fileURLToPath(found.url));
      if (!path.endsWith('.ts') || !isWithin(path, fresh)) return found;
      return { ...found, url: `${found.url.split('?')[0]}?mutant=${generation}` };
    },
    load(url, context, next) {
      if (!/\.ts(?:\?|$)/.test(url) || url.includes('/node_modules/')) return next(url, context);
      const path = relative(root, fileURLToPath(url));
      if (!compiled.has(path)) {
        compiled.set(path, compile(path, texts[path] ?? readFileSync(fileURLToPath(url), 'utf8')));
      }
      return { format: 'module', source: compiled.get(path), shortCircuit: true };
    },
  });
  return () => {
    generation += 1;
  };
}
